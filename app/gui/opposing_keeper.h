// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

namespace alidade {

class ContentionModel;
class Workbench;

/// Measures the most opposing samples of a pair of rows when a view asks for them: with the epoch's
/// checkpoint, found by the history's file, on the open dataset.
class OpposingKeeper : public QObject {
  Q_OBJECT

 public:
  explicit OpposingKeeper(Workbench& workbench, QObject* parent = nullptr);

 private:
  void update();
  void answer();

  Workbench& workbench_;
  ContentionModel& model_;
};

}  // namespace alidade
