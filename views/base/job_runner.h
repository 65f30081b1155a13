// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QObject>
#include <QString>

#include "core/base/expected.h"
#include "core/base/job.h"

namespace alidade {

enum class JobState { kQueued, kRunning, kDone, kFailed, kCancelled };

/// Where a job waits: reading and writing files does not wait for what is being computed.
enum class JobLane { kCompute, kFiles };

/// What the jobs view shows of one job.
struct JobInfo {
  int id = 0;
  QString title;
  JobLane lane = JobLane::kCompute;
  JobState state = JobState::kQueued;
  Progress progress;
  double seconds = 0.0;        ///< running or total time
  double seconds_left = -1.0;  ///< estimate, -1 = unknown
  QString message;             ///< the error's sentence, or what the job says of its result
};

/// One queue and one thread for each lane. `work` runs there and must honor JobContext::stop; `done` runs on
/// the GUI thread after it (also after failure or cancel), in the order of the lane. Progress reaches the GUI
/// at most 20 times a second.
class JobRunner : public QObject {
  Q_OBJECT

 public:
  using Work = std::function<Expected<void>(const JobContext&)>;
  using Done = std::function<void(const Expected<void>&)>;

  explicit JobRunner(QObject* parent = nullptr);
  /// Requests stop of everything and waits.
  ~JobRunner() override;

  int start(const QString& title, Work work, Done done, JobLane lane = JobLane::kCompute);
  void cancel(int id);
  void cancelAll();
  bool busy() const;
  /// Newest first.
  const std::vector<JobInfo>& jobs() const;

 Q_SIGNALS:
  void jobsChanged();
  void jobFinished(int id);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
