// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/resampler.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "app/gui/view_table.h"
#include "app/gui/workbench.h"
#include "core/base/failure.h"
#include "core/nn/compute.h"
#include "views/base/session_model.h"
#include "views/schedule_lab/schedule_lab_view.h"

namespace alidade {
namespace {

using Clock = std::chrono::steady_clock;

/// A draw for outdated options may run this long; then it is stopped.
constexpr auto kPatience = std::chrono::milliseconds(150);
/// States that RK45 keeps, evenly spaced in t; the other samplers keep every step.
constexpr int kKeptStates = 41;

}  // namespace

/// What a draw gave; no samples and no problem when it was stopped.
struct Resampler::Answer {
  std::uint64_t generation = 0;
  std::size_t column = 0;
  std::uint64_t version = 0;
  std::shared_ptr<const ObjectSamples> samples;
  QString problem;
  bool subject_failed = false;  ///< `problem` is that of the object, not of the column
};

/// The drawing thread and what it is to draw.
class Resampler::Worker {
 public:
  explicit Worker(Resampler& owner)
      : owner_(owner), thread_([this](const std::stop_token& stop) { loop(stop); }) {}

  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      tasks_ = {};
      stop_.request_stop();
    }
    thread_.request_stop();
  }

  void setSubject(const std::optional<Subject>& subject, std::uint64_t generation) {
    const std::lock_guard lock(mutex_);
    subject_ = subject;
    generation_ = generation;
    tasks_ = {};
    stop_.request_stop();
  }

  void post(std::size_t column, const std::optional<Task>& task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_[column] = task;
      if (running_ == column && (!task || Clock::now() - started_ > kPatience)) {
        stop_.request_stop();
      }
    }
    wake_.notify_one();
  }

 private:
  using Held = Expected<SampleSubject>;

  void loop(const std::stop_token& stop) {
    bind_compute_thread();
    const auto has_task = [this] {
      return std::any_of(tasks_.begin(), tasks_.end(), [](const auto& task) { return task.has_value(); });
    };
    while (true) {
      Answer answer;
      Task task;
      Subject subject;
      std::stop_token stopped;
      {
        std::unique_lock lock(mutex_);
        running_.reset();
        if (!wake_.wait(lock, stop, has_task)) {
          return;
        }
        const auto next =
            std::find_if(tasks_.begin(), tasks_.end(), [](const auto& t) { return t.has_value(); });
        answer.column = static_cast<std::size_t>(next - tasks_.begin());
        task = *std::exchange(*next, std::nullopt);
        answer.generation = generation_;
        answer.version = task.version;
        subject = *subject_;
        stop_ = {};
        stopped = stop_.get_token();
        running_ = answer.column;
        started_ = Clock::now();
      }
      draw(subject, task, {stopped, {}}, answer);
      QMetaObject::invokeMethod(
          &owner_, [owner = &owner_, answer] { owner->take(answer); }, Qt::QueuedConnection);
    }
  }

  void draw(const Subject& subject, const Task& task, const JobContext& job, Answer& answer) {
    try {
      if (!held_ || held_subject_ != subject) {
        held_.reset();
        held_ = std::make_unique<Held>(prepare(subject));
        held_subject_ = subject;
      }
      if (!*held_) {
        answer.problem = QString::fromStdString(held_->error().message);
        answer.subject_failed = true;
        return;
      }
      SampleOptions options{task.sampler, task.num_samples, task.seed, std::nullopt};
      if (task.from_regression) {
        options.start = (*held_)->regressed;
      }
      options.sampler.keep_trajectory = true;
      options.sampler.trajectory_points = task.sampler.kind == SamplerKind::kRk45 ? kKeptStates : 0;
      const auto drawn = draw_samples(**held_, options, job);
      if (drawn) {
        answer.samples = *drawn;
      } else if (drawn.error().code != ErrorCode::kCancelled) {
        answer.problem = QString::fromStdString(drawn.error().message);
      }
    } catch (const std::exception& failure) {
      answer.problem = QString::fromStdString(error_of(failure).message);
    }
  }

  static Held prepare(const Subject& subject) {
    const Instance& instance = subject.frame->instances[subject.position];
    if (subject.network) {
      return sample_subject(*subject.frame, subject.position, *subject.network, subject.seed);
    }
    return analytic_subject(instance, subject.frame->info.name, subject.frame->index);
  }

  Resampler& owner_;
  Subject held_subject_;        // drawing thread only
  std::unique_ptr<Held> held_;  // drawing thread only; refers to held_subject_'s network

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<Subject> subject_;  // guarded, as all that follows
  std::uint64_t generation_ = 0;
  std::array<std::optional<Task>, kMostSamplingColumns> tasks_;  // not yet begun
  std::optional<std::size_t> running_;
  Clock::time_point started_;
  std::stop_source stop_;

  std::jthread thread_;  // last: joined before anything it uses goes away
};

Resampler::Resampler(SessionModel& session, QObject* parent)
    : QObject(parent),
      session_(session),
      model_(session.model<SamplingModel>()),
      worker_(std::make_unique<Worker>(*this)),
      measurer_(model_) {
  connect(&model_, &SamplingModel::asked, this, &Resampler::update);
  connect(&model_.demand(), &Demand::changed, this, &Resampler::update);
  connect(&session_, &SessionModel::selectionChanged, this, &Resampler::update);
  connect(&session_, &SessionModel::frameChanged, this, &Resampler::update);
}

Resampler::~Resampler() = default;

void Resampler::setNetwork(std::shared_ptr<ScoreModel> network) {
  network_ = std::move(network);
  model_.setHasNetwork(network_ != nullptr);
  update();
}

std::optional<Resampler::Subject> Resampler::wantedSubject() const {
  const auto frame = session_.frame();
  const auto instance = session_.selection().instance;
  if (!frame || !instance) {
    return std::nullopt;
  }
  const auto found = std::find_if(frame->instances.begin(), frame->instances.end(),
                                  [&](const Instance& i) { return i.index == *instance; });
  if (found == frame->instances.end()) {
    return std::nullopt;
  }
  const SamplingRequest& request = model_.request();
  return Subject{frame, static_cast<std::size_t>(found - frame->instances.begin()),
                 request.analytic ? nullptr : network_, request.seed};
}

void Resampler::update() {
  if (!model_.demand().wanted()) {
    return;
  }
  auto wanted = wantedSubject();
  const bool other = wanted != subject_;
  if (other) {
    subject_ = std::move(wanted);
    worker_->setSubject(subject_, ++generation_);
    tasks_ = {};
    model_.setProblem({});
  }
  const bool loading = session_.selection().frame && !session_.frame() && session_.frameProblem().isEmpty();
  if (!subject_) {
    if (!loading) {
      model_.clear();
    }
    return;  // while a frame loads the old samples stay
  }
  for (std::size_t i = 0; i < kMostSamplingColumns; ++i) {
    updateColumn(i, other);
  }
}

void Resampler::updateColumn(std::size_t index, bool other_subject) {
  const SamplingRequest& request = model_.request();
  auto& task = tasks_[index];
  if (index >= request.columns.size()) {
    if (task || other_subject) {
      task.reset();
      worker_->post(index, std::nullopt);
      model_.setColumn(index, {});
    }
    return;
  }
  const SamplerOptions& sampler = request.columns[index];
  if (task && task->sampler == sampler && task->num_samples == request.num_samples &&
      task->seed == request.seed && task->from_regression == request.from_regression) {
    return;
  }
  task = Task{sampler, request.num_samples, request.seed, request.from_regression, ++version_};
  model_.setSampling(index);
  worker_->post(index, task);
}

void Resampler::take(const Answer& answer) {
  const auto& task = tasks_[answer.column];
  if (answer.generation != generation_ || !task || (!answer.samples && answer.problem.isEmpty())) {
    return;
  }
  const bool awaited = answer.version == task->version;
  if (answer.subject_failed) {
    model_.setColumn(answer.column, {});
    model_.setProblem(answer.problem);
  } else if (answer.samples || awaited) {
    model_.setColumn(answer.column, {answer.samples, !awaited, answer.problem});
  }
}

ViewSpec scheduleLabView() {
  return {"schedule-lab", "Schedule lab", makeView<ScheduleLabView>, false,
          [](Workbench& workbench) -> std::unique_ptr<QObject> {
            auto made = std::make_unique<Resampler>(workbench.session());
            QObject::connect(
                &workbench, &Workbench::networkForLabChanged, made.get(),
                [&workbench, resampler = made.get()] { resampler->setNetwork(workbench.networkForLab()); });
            return made;
          }};
}

}  // namespace alidade
