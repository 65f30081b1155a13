// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/job_runner.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include <QPointer>
#include <QTimer>

#include "core/base/failure.h"
#include "core/base/log.h"
#include "core/base/remaining_time.h"
#include "core/base/stop_scope.h"
#include "core/base/text_escape.h"

namespace alidade {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kReportInterval = std::chrono::milliseconds(50);
constexpr int kTickMilliseconds = 500;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

struct JobRunner::Impl {
  /// A job as both threads see it; the worker reads `work` and `stop`, the GUI thread owns the rest.
  struct Task {
    int id = 0;
    QString title;
    Work work;
    Done done;
    std::stop_source stop;
  };

  /// A queue with its thread.
  struct Lane {
    Clock::time_point started;  // of the running job; GUI thread only
    RemainingTime remaining;    // of the running job; GUI thread only

    std::mutex mutex;
    std::condition_variable_any wake;
    std::deque<std::shared_ptr<Task>> queue;  // guarded; the front is the running one
    Progress latest;                          // guarded, of job latest_id
    int latest_id = 0;                        // guarded
    bool posted = false;                      // guarded: a progress event is under way

    std::jthread worker;  // last: joined before anything it uses goes away
  };

  explicit Impl(JobRunner& owner) : runner(owner) {}

  JobRunner& runner;
  std::vector<JobInfo> jobs;  // GUI thread only, newest first
  int next_id = 1;
  QTimer tick;
  std::array<Lane, 2> lanes;

  Lane& lane(JobLane which) { return lanes[static_cast<std::size_t>(which)]; }
  JobInfo* find(int id) {
    const auto found =
        std::find_if(jobs.begin(), jobs.end(), [id](const JobInfo& job) { return job.id == id; });
    return found == jobs.end() ? nullptr : &*found;
  }

  void loop(Lane& lane, const std::stop_token& stop);
  Expected<void> run(Lane& lane, Task& task);
  void noteProgress(Lane& lane, int id, const Progress& progress, Clock::time_point& last);
  void takeProgress(int id);
  void begin(int id);
  void finish(const std::shared_ptr<Task>& task, const Expected<void>& outcome);
  template <class F>
  void onGui(F call) {
    QMetaObject::invokeMethod(&runner, std::move(call), Qt::QueuedConnection);
  }
};

void JobRunner::Impl::loop(Lane& lane, const std::stop_token& stop) {
  while (true) {
    std::shared_ptr<Task> task;
    {
      std::unique_lock lock(lane.mutex);
      if (!lane.wake.wait(lock, stop, [&lane] { return !lane.queue.empty(); })) {
        return;
      }
      task = lane.queue.front();
    }
    onGui([this, id = task->id] { begin(id); });
    const auto outcome = run(lane, *task);
    {
      const std::lock_guard lock(lane.mutex);
      std::erase(lane.queue, task);
    }
    onGui([this, task, outcome] { finish(task, outcome); });
  }
}

Expected<void> JobRunner::Impl::run(Lane& lane, Task& task) {
  if (task.stop.stop_requested()) {
    return Error{ErrorCode::kCancelled, "cancelled before it started"};
  }
  Clock::time_point last{};
  JobContext context{task.stop.get_token(), [this, &lane, id = task.id, &last](const Progress& progress) {
                       noteProgress(lane, id, progress, last);
                     }};
  const StopScope scope(context.stop);
  try {
    auto outcome = task.work(context);
    // Wherever the sentence is shown, a name in it must not turn its direction.
    return outcome ? outcome : Error{outcome.error().code, visible_text(outcome.error().message)};
  } catch (const std::exception& failure) {
    return error_of(failure);
  } catch (...) {
    return Error{ErrorCode::kFailed, "The job ended with an unexpected error of unknown kind."};
  }
}

void JobRunner::Impl::noteProgress(Lane& lane, int id, const Progress& progress, Clock::time_point& last) {
  {
    const std::lock_guard lock(lane.mutex);
    lane.latest = progress;
    lane.latest_id = id;
    if (lane.posted || Clock::now() - last < kReportInterval) {
      return;
    }
    lane.posted = true;
  }
  last = Clock::now();
  onGui([this, id] { takeProgress(id); });
}

void JobRunner::Impl::takeProgress(int id) {
  JobInfo* job = find(id);
  if (!job) {
    return;
  }
  Lane& in = lane(job->lane);
  {
    const std::lock_guard lock(in.mutex);
    in.posted = false;
    if (in.latest_id == id) {
      job->progress = in.latest;
    }
  }
  if (job->state != JobState::kRunning) {
    return;
  }
  job->seconds = secondsSince(in.started);
  job->seconds_left = in.remaining.after(job->progress, job->seconds).value_or(-1.0);
  Q_EMIT runner.jobsChanged();
}

void JobRunner::Impl::begin(int id) {
  if (JobInfo* job = find(id); job && job->state == JobState::kQueued) {
    job->state = JobState::kRunning;
    lane(job->lane).started = Clock::now();
    lane(job->lane).remaining = {};
    tick.start();
    Q_EMIT runner.jobsChanged();
  }
}

void JobRunner::Impl::finish(const std::shared_ptr<Task>& task, const Expected<void>& outcome) {
  JobInfo* job = find(task->id);
  Lane& in = lane(job->lane);
  job->seconds = job->state == JobState::kRunning ? secondsSince(in.started) : 0.0;
  job->seconds_left = -1.0;
  {
    const std::lock_guard lock(in.mutex);
    if (in.latest_id == task->id) {
      job->progress = in.latest;
    }
  }
  if (outcome) {
    job->state = JobState::kDone;
  } else {
    job->state = outcome.error().code == ErrorCode::kCancelled ? JobState::kCancelled : JobState::kFailed;
    job->message = QString::fromStdString(outcome.error().message);
    if (job->state == JobState::kFailed) {
      log_error("jobs", task->title.toStdString() + ": " + outcome.error().message);
    }
  }
  if (!runner.busy()) {
    tick.stop();
  }
  const QPointer<JobRunner> alive(&runner);
  Q_EMIT runner.jobsChanged();
  if (alive && task->done) {
    task->done(outcome);
  }
  if (alive) {
    Q_EMIT runner.jobFinished(task->id);
  }
}

JobRunner::JobRunner(QObject* parent) : QObject(parent), impl_(std::make_unique<Impl>(*this)) {
  impl_->tick.setInterval(kTickMilliseconds);
  connect(&impl_->tick, &QTimer::timeout, this, [this] {
    for (std::size_t i = 0; i < impl_->jobs.size(); ++i) {
      if (const JobInfo& job = impl_->jobs[i]; job.state == JobState::kRunning) {
        impl_->takeProgress(job.id);
      }
    }
  });
  for (Impl::Lane& lane : impl_->lanes) {
    lane.worker =
        std::jthread([impl = impl_.get(), &lane](const std::stop_token& stop) { impl->loop(lane, stop); });
  }
}

JobRunner::~JobRunner() {
  cancelAll();
  for (Impl::Lane& lane : impl_->lanes) {
    lane.worker.request_stop();
  }
  for (Impl::Lane& lane : impl_->lanes) {
    lane.worker.join();
  }
}

int JobRunner::start(const QString& title, Work work, Done done, JobLane lane) {
  const int id = impl_->next_id++;
  auto task = std::make_shared<Impl::Task>(Impl::Task{id, title, std::move(work), std::move(done), {}});
  JobInfo info;
  info.id = id;
  info.title = title;
  info.lane = lane;
  impl_->jobs.insert(impl_->jobs.begin(), info);
  Impl::Lane& in = impl_->lane(lane);
  {
    const std::lock_guard lock(in.mutex);
    in.queue.push_back(std::move(task));
  }
  in.wake.notify_one();
  Q_EMIT jobsChanged();
  return id;
}

void JobRunner::cancel(int id) {
  for (Impl::Lane& lane : impl_->lanes) {
    const std::lock_guard lock(lane.mutex);
    for (const auto& task : lane.queue) {
      if (task->id == id) {
        task->stop.request_stop();
      }
    }
  }
}

void JobRunner::cancelAll() {
  for (Impl::Lane& lane : impl_->lanes) {
    const std::lock_guard lock(lane.mutex);
    for (const auto& task : lane.queue) {
      task->stop.request_stop();
    }
  }
}

bool JobRunner::busy() const {
  return std::any_of(impl_->jobs.begin(), impl_->jobs.end(), [](const JobInfo& job) {
    return job.state == JobState::kQueued || job.state == JobState::kRunning;
  });
}

const std::vector<JobInfo>& JobRunner::jobs() const {
  return impl_->jobs;
}

}  // namespace alidade
