// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

namespace alidade {

class QuantizationModel;
class Workbench;

/// Opens the quantization sweeps that views ask for by their files, and reads the printed tables of papers
/// once somebody looks at a sweep.
class SweepReader : public QObject {
  Q_OBJECT

 public:
  explicit SweepReader(Workbench& workbench);

 private:
  void openAsked();
  void readPublished();

  Workbench& workbench_;
  QuantizationModel& model_;
  bool published_read_ = false;
};

}  // namespace alidade
