// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

namespace alidade {

class KernelsModel;
class Workbench;

/// Opens the files of shared kernels that views ask for.
class KernelsReader : public QObject {
  Q_OBJECT

 public:
  explicit KernelsReader(Workbench& workbench);

 private:
  void openAsked();

  Workbench& workbench_;
  KernelsModel& model_;
};

}  // namespace alidade
