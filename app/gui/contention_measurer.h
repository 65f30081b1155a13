// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <QObject>
#include <QString>

#include "core/results/contention_history.h"
#include "core/session/held_runs.h"
#include "core/studies/contention_measurement.h"

namespace alidade {

class ContentionModel;
class TrainingModel;
class Workbench;

/// Where checkpoints may lie.
struct CheckpointPlace {
  QString name;  ///< for people
  QString path;  ///< of a run folder, a folder of checkpoints, or a checkpoint
};

/// The training runs that are shown, then the series that the open checkpoint belongs to, or itself.
std::vector<CheckpointPlace> checkpointPlaces(Workbench& workbench);

/// In a folder, or beside a file, under a name that no file has: "contention.npz", "contention-2.npz".
QString freeHistoryFile(const QString& place);

/// What is to be measured, and where it goes.
struct MeasurementOrder {
  ContentionMeasurement measurement;
  QString file;
  bool overwrite = false;  ///< the user was asked about this file
};

/// Measures histories of contention as jobs, on the open dataset, and opens what was measured: it becomes A,
/// and A before becomes B unless the user chose a B. Tells the model what could be measured, or how far it
/// is. A file that nobody was asked about is never overwritten.
class ContentionMeasurer : public QObject {
  Q_OBJECT

 public:
  explicit ContentionMeasurer(Workbench& workbench, QObject* parent = nullptr);

  void start(const MeasurementOrder& order);

 private:
  struct Measured;

  void update();
  void followJob();
  void stop();
  void finish(const MeasurementOrder& order, const Measured& measured, const Expected<void>& outcome);
  void show(RunId run);

  Workbench& workbench_;
  ContentionModel& model_;
  TrainingModel& training_;
  int job_ = 0;  ///< the one that is under way, or was last
};

}  // namespace alidade
