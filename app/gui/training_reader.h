// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <stop_token>

#include <QObject>
#include <QString>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>

namespace alidade {

class JobRunner;
class SessionModel;
class TrainingHistoryReader;
class TrainingModel;

/// Answers the session's TrainingModel: reads the logs that were asked for as a job once a view shows them,
/// and reads on every second, on a thread of its own, for as long as one does.
class TrainingReader : public QObject {
  Q_OBJECT

 public:
  TrainingReader(SessionModel& session, JobRunner& jobs, QObject* parent = nullptr);
  /// Stops reading and waits.
  ~TrainingReader() override;

 private:
  using Reader = std::shared_ptr<TrainingHistoryReader>;
  struct Opened;

  void update();
  void startAsked();
  void take(const Opened& opened);
  void follow();

  TrainingModel& model_;
  JobRunner& jobs_;
  QStringList started_;  ///< paths that jobs are reading
  std::map<QString, Reader> readers_;
  bool following_ = false;  ///< a round is under way: it alone uses the readers
  QTimer timer_;
  std::stop_source stop_;
  QThreadPool thread_;  ///< one thread; last, so that it ends first
};

}  // namespace alidade
