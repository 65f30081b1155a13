// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/reproduce_run.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>

#include "core/nn/compute.h"

namespace alidade {
namespace {

constexpr std::int64_t kProgressParts = 1000;

bool is_timed(const ReproduceStep& step) {
  return step.kind == ReproduceStep::Kind::kTiming;
}

enum class State { kWaiting, kRunning, kDone };

/// The steps' states and the choice of the next one.
class Agenda {
 public:
  explicit Agenda(const ReproducePlan& plan) : plan_(plan), states_(plan.steps.size(), State::kWaiting) {}

  std::optional<std::size_t> next() const {
    const auto running = std::count(states_.begin(), states_.end(), State::kRunning);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i] == State::kRunning && is_timed(plan_.steps[i])) {
        return std::nullopt;
      }
    }
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i] == State::kWaiting && is_ready(i) && !(is_timed(plan_.steps[i]) && running > 0)) {
        return i;
      }
    }
    return std::nullopt;
  }

  void set(std::size_t step, State state) { states_[step] = state; }
  State state(std::size_t step) const { return states_[step]; }
  bool finished() const {
    return std::all_of(states_.begin(), states_.end(), [](State s) { return s == State::kDone; });
  }

 private:
  bool is_ready(std::size_t step) const {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i] != State::kDone && needs_step(plan_, step, i)) {
        return false;
      }
    }
    return true;
  }

  const ReproducePlan& plan_;
  std::vector<State> states_;
};

/// What the workers share.
class Crew {
 public:
  Crew(const ReproducePlan& plan, const JobContext& job, const StepRunner& run)
      : plan_(plan),
        job_(job),
        run_(run),
        agenda_(plan),
        shares_(plan.steps.size(), 0.0),
        phases_(plan.steps.size()) {}

  void work(int worker) {
    bind_compute_thread();
    while (const auto step = take()) {
      const JobContext own{stop_.get_token(), [&](const Progress& progress) { report(*step, progress); }};
      leave(*step, attempt(*step, worker, own));
    }
  }

  /// The first failure, if there was one.
  Expected<void> result() const { return failure_ ? Expected<void>(*failure_) : Expected<void>(); }

 private:
  std::optional<std::size_t> take() {
    std::unique_lock lock(mutex_);
    std::optional<std::size_t> step;
    changed_.wait(lock,
                  [&] { return stop_.stop_requested() || (step = agenda_.next()) || agenda_.finished(); });
    if (stop_.stop_requested() || !step) {
      if (job_.stopped() && !failure_ && !agenda_.finished()) {
        failure_ = Error{ErrorCode::kCancelled, "stopped; continue with --resume."};
      }
      return std::nullopt;
    }
    agenda_.set(*step, State::kRunning);
    return step;
  }

  Expected<void> attempt(std::size_t step, int worker, const JobContext& own) {
    try {
      return run_(step, worker, own);
    } catch (const std::exception& failure) {
      return Error{ErrorCode::kFailed, plan_.steps[step].name() + ": " + failure.what()};
    }
  }

  void leave(std::size_t step, Expected<void> result) {
    {
      const std::lock_guard lock(mutex_);
      agenda_.set(step, State::kDone);
      shares_[step] = 1.0;
      if (!result) {
        if (!failure_) {
          failure_ = result.error();
        }
        stop_.request_stop();
      }
    }
    changed_.notify_all();
  }

  /// A share of one step as a share of the plan.
  void report(std::size_t step, const Progress& progress) {
    const std::lock_guard lock(mutex_);
    phases_[step] = progress.step;
    if (progress.total > 0) {
      // Phases of a step count from nothing again; the bar does not go back.
      shares_[step] = std::max(shares_[step], static_cast<double>(progress.done) / progress.total);
    }
    double done = 0.0, all = 0.0;
    std::string names;
    int finished = 0;
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const double weight = std::max(plan_.steps[i].seconds, 0.1);
      done += weight * shares_[i];
      all += weight;
      finished += agenda_.state(i) == State::kDone ? 1 : 0;
      if (agenda_.state(i) == State::kRunning) {
        names += (names.empty() ? "" : ", ") + plan_.steps[i].name() + ": " + phases_[i];
      }
    }
    const std::string head = std::to_string(finished) + " of " + std::to_string(plan_.steps.size()) + " done";
    job_.report(head + ", at " + names, std::llround(kProgressParts * done / all), kProgressParts);
  }

  const ReproducePlan& plan_;
  const JobContext& job_;
  const StepRunner& run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Agenda agenda_;
  std::vector<double> shares_;
  std::vector<std::string> phases_;
  std::optional<Error> failure_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> forward_{job_.stop, [this] {
                                                       stop_.request_stop();
                                                       changed_.notify_all();
                                                     }};
};

}  // namespace

bool needs_step(const ReproducePlan& plan, std::size_t later, std::size_t earlier) {
  const ReproduceStep &a = plan.steps[earlier], &b = plan.steps[later];
  if (is_timed(b)) {
    return !is_timed(a);
  }
  return earlier < later && !is_timed(a) && a.seed == b.seed && (a.arm == b.arm || b.arm.empty());
}

Expected<void> run_steps(const ReproducePlan& plan, int workers, const JobContext& job,
                         const StepRunner& run) {
  Crew crew(plan, job, run);
  {
    std::vector<std::jthread> others;
    for (int worker = 1; worker < workers; ++worker) {
      others.emplace_back([&crew, worker] { crew.work(worker); });
    }
    crew.work(0);
  }
  return crew.result();
}

double elapsed_seconds(const ReproducePlan& plan, int workers) {
  Agenda agenda(plan);
  struct Busy {
    std::size_t step;
    double until;
  };
  std::vector<Busy> busy;
  const double slower = workers > 1 ? kSideBySideCost : 1.0;
  double now = 0.0;
  while (!agenda.finished()) {
    while (static_cast<int>(busy.size()) < workers) {
      const auto step = agenda.next();
      if (!step) {
        break;
      }
      agenda.set(*step, State::kRunning);
      busy.push_back({*step, now + slower * plan.steps[*step].seconds});
    }
    const auto first = std::min_element(busy.begin(), busy.end(),
                                        [](const Busy& a, const Busy& b) { return a.until < b.until; });
    now = first->until;
    agenda.set(first->step, State::kDone);
    busy.erase(first);
  }
  return now;
}

}  // namespace alidade
