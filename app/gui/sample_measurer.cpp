// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/sample_measurer.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "core/base/failure.h"
#include "core/base/log.h"
#include "core/evaluation/errors/sample_basins.h"

namespace alidade {
namespace {

/// What `compute` gives; an empty answer where it ends with an exception, since somebody waits for one.
template <class Answer, class Compute>
Answer answerOf(Compute compute) {
  try {
    return compute();
  } catch (const std::exception& failure) {
    log_warning("lab", error_of(failure).message);
    return {};
  }
}

}  // namespace

/// The measuring thread and the newest questions.
class SampleMeasurer::Worker {
 public:
  Worker(QObject& owner, SamplingModel& model)
      : owner_(owner), model_(model), thread_([this](const std::stop_token& stop) { loop(stop); }) {}

  void ask(const SampleStates& states) {
    {
      const std::lock_guard lock(mutex_);
      states_ = states;
    }
    wake_.notify_one();
  }

  void ask(const BasinQuestion& question) {
    {
      const std::lock_guard lock(mutex_);
      basins_ = question;
    }
    wake_.notify_one();
  }

 private:
  void loop(const std::stop_token& stop) {
    while (true) {
      std::optional<SampleStates> states;
      std::optional<BasinQuestion> basins;
      {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, stop, [this] { return states_ || basins_; })) {
          return;
        }
        // Measures first: a slider waits for them.
        states = std::exchange(states_, std::nullopt);
        if (!states) {
          basins = std::exchange(basins_, std::nullopt);
        }
      }
      if (states) {
        answer(*states);
      } else {
        answer(*basins);
      }
    }
  }

  void answer(const SampleStates& states) {
    const auto measures = answerOf<ColumnMeasures>([&] { return measuresOf(states); });
    QMetaObject::invokeMethod(
        &owner_, [&model = model_, states, measures] { model.setMeasures(states, measures); },
        Qt::QueuedConnection);
  }

  void answer(const BasinQuestion& question) {
    using Report = std::shared_ptr<const BasinReport>;
    const auto report = answerOf<Report>([&] {
      return std::make_shared<const BasinReport>(sample_basins(*question.samples, question.numbers));
    });
    QMetaObject::invokeMethod(
        &owner_, [&model = model_, question, report] { model.setBasins(question, report); },
        Qt::QueuedConnection);
  }

  QObject& owner_;
  SamplingModel& model_;  // GUI thread only

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<SampleStates> states_;  // guarded, as what follows; not yet begun
  std::optional<BasinQuestion> basins_;

  std::jthread thread_;  // last: joined before anything it uses goes away
};

SampleMeasurer::SampleMeasurer(SamplingModel& model, QObject* parent)
    : QObject(parent), model_(model), worker_(std::make_unique<Worker>(*this, model)) {
  connect(&model_, &SamplingModel::measuresAsked, this, [this] { worker_->ask(model_.unmeasured()); });
  connect(&model_, &SamplingModel::basinsAsked, this, [this] { worker_->ask(model_.basinQuestion()); });
}

SampleMeasurer::~SampleMeasurer() = default;

}  // namespace alidade
