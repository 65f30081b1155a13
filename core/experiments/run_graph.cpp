// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/run_graph.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/failure.h"
#include "core/base/stop_scope.h"
#include "core/experiments/budget.h"

namespace alidade {
namespace {

constexpr std::int64_t kProgressParts = 1000;

enum class StepState { kWaiting, kRunning, kDone };

/// The steps' states and the choice of the next one.
class Agenda {
 public:
  explicit Agenda(const StepGraph& graph)
      : graph_(graph), states_(graph.steps().size(), StepState::kWaiting) {}

  std::optional<std::size_t> next() const {
    const auto running = std::count(states_.begin(), states_.end(), StepState::kRunning);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i] == StepState::kRunning && is_alone(i)) {
        return std::nullopt;
      }
    }
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i] == StepState::kWaiting && is_ready(i) && !(is_alone(i) && running > 0)) {
        return i;
      }
    }
    return std::nullopt;
  }

  void set(std::size_t step, StepState state) { states_[step] = state; }
  StepState state(std::size_t step) const { return states_[step]; }
  bool finished() const {
    return std::all_of(states_.begin(), states_.end(), [](StepState s) { return s == StepState::kDone; });
  }

 private:
  bool is_alone(std::size_t step) const { return graph_.steps()[step].alone; }
  bool is_ready(std::size_t step) const {
    const auto& needs = graph_.needs(step);
    return std::all_of(needs.begin(), needs.end(),
                       [this](std::size_t need) { return states_[need] == StepState::kDone; });
  }

  const StepGraph& graph_;
  std::vector<StepState> states_;
};

/// What the workers share.
class Crew {
  using Clock = std::chrono::steady_clock;

 public:
  Crew(const StepGraph& graph, const JobContext& job, const StepRunner& run)
      : graph_(graph),
        job_(job),
        run_(run),
        agenda_(graph),
        shares_(graph.steps().size(), 0.0),
        begun_(graph.steps().size()),
        phases_(graph.steps().size()) {}

  void work(int worker) {
    const StopScope scope(stop_.get_token());
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
    agenda_.set(*step, StepState::kRunning);
    begun_[*step] = Clock::now();
    return step;
  }

  Expected<void> attempt(std::size_t step, int worker, const JobContext& own) {
    try {
      return run_(step, worker, own);
    } catch (const std::exception& failure) {
      return Error{ErrorCode::kFailed, graph_.steps()[step].name + ": " + error_of(failure).message};
    }
  }

  void leave(std::size_t step, Expected<void> result) {
    {
      const std::lock_guard lock(mutex_);
      agenda_.set(step, StepState::kDone);
      shares_[step] = 1.0;
      if (!phases_[step].empty()) {  // what was done before says nothing
        tell();
      }
      if (!result) {
        if (!failure_) {
          failure_ = result.error();
        }
        stop_.request_stop();
      }
    }
    changed_.notify_all();
  }

  /// A share of one step as a share of the whole.
  void report(std::size_t step, const Progress& progress) {
    const std::lock_guard lock(mutex_);
    phases_[step] = progress.step;
    if (progress.total > 0) {
      // Phases of a step count from nothing again: a short first one is not the step, which the time that it
      // takes so far tells. The bar does not go back.
      const double phase = static_cast<double>(progress.done) / static_cast<double>(progress.total);
      const std::chrono::duration<double> taken = Clock::now() - begun_[step];
      const double expected = graph_.steps()[step].seconds;
      const double most = expected > 0.0 ? std::min(1.0, taken.count() / expected) : 1.0;
      shares_[step] = std::max(shares_[step], std::min(phase, most));
    }
    tell();
  }

  /// Tells the job where the whole is; with the mutex held.
  void tell() {
    double done = 0.0, all = 0.0;
    std::string names;
    int finished = 0;
    for (std::size_t i = 0; i < graph_.steps().size(); ++i) {
      const double weight = std::max(graph_.steps()[i].seconds, 0.1);
      done += weight * shares_[i];
      all += weight;
      finished += agenda_.state(i) == StepState::kDone ? 1 : 0;
      if (agenda_.state(i) == StepState::kRunning) {
        names += (names.empty() ? "" : ", ") + graph_.steps()[i].name + ": " + phases_[i];
      }
    }
    const std::string head =
        std::to_string(finished) + " of " + std::to_string(graph_.steps().size()) + " done";
    job_.report(names.empty() ? head : head + ", at " + names, std::llround(kProgressParts * done / all), kProgressParts);
  }

  const StepGraph& graph_;
  const JobContext& job_;
  const StepRunner& run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Agenda agenda_;
  std::vector<double> shares_;
  std::vector<Clock::time_point> begun_;
  std::vector<std::string> phases_;
  std::optional<Error> failure_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> forward_{job_.stop, [this] {
                                                       stop_.request_stop();
                                                       changed_.notify_all();
                                                     }};
};

}  // namespace

Expected<void> run_steps(const StepGraph& graph, int workers, const JobContext& job, const StepRunner& run) {
  Crew crew(graph, job, run);
  {
    std::vector<std::jthread> others;
    for (int worker = 1; worker < workers; ++worker) {
      others.emplace_back([&crew, worker] { crew.work(worker); });
    }
    crew.work(0);
  }
  return crew.result();
}

double elapsed_seconds(const StepGraph& graph, int workers) {
  Agenda agenda(graph);
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
      agenda.set(*step, StepState::kRunning);
      busy.push_back({*step, now + slower * graph.steps()[*step].seconds});
    }
    const auto first = std::min_element(busy.begin(), busy.end(),
                                        [](const Busy& a, const Busy& b) { return a.until < b.until; });
    now = first->until;
    agenda.set(first->step, StepState::kDone);
    busy.erase(first);
  }
  return now;
}

}  // namespace alidade
