// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>

#include <QObject>
#include <QStringList>

#include "core/results/contention_history.h"
#include "core/session/held_runs.h"

namespace alidade {

class ContentionModel;
class TrainingModel;
class Workbench;

/// Opens the histories of contention that views ask for by their files, and gives the training view their
/// series: a line for each block. The series are worked out in jobs while somebody looks at training runs.
class ContentionReader : public QObject {
  Q_OBJECT

 public:
  explicit ContentionReader(Workbench& workbench);

 private:
  void openAsked();
  void showOpened(RunId run);
  void update();
  void startSeries(RunId run, const std::shared_ptr<const ContentionHistory>& history);
  void forget(RunId run);

  Workbench& workbench_;
  ContentionModel& model_;
  TrainingModel& training_;
  /// Lines that the training view has of a run.
  struct Lines {
    std::shared_ptr<const ContentionHistory> history;  ///< that they are of, or are being worked out of
    QStringList paths;                                 ///< empty until they have been worked out
  };
  std::map<RunId, Lines> lines_;
};

}  // namespace alidade
