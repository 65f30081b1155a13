// SPDX-License-Identifier: BSD-3-Clause
// What is asked and answered about samples that are drawn.
#include <algorithm>
#include <utility>

#include "core/evaluation/errors/sample_measures.h"
#include "views/base/sampling_model.h"

namespace alidade {
namespace {

/// What a sample set says itself: the last state of a path that did not break is the set at its end.
std::optional<SampleMeasures> measuresHeld(const SampleState& at) {
  const bool end = at.samples->trajectory.empty() ||
                   (at.state + 1 == at.samples->trajectory.size() && at.samples->first_bad_step < 0);
  return end ? at.samples->measures : std::nullopt;
}

}  // namespace

const std::vector<Rigid3>& posesAt(const ObjectSamples& samples, std::size_t state) {
  return state < samples.trajectory.size() ? samples.trajectory[state] : samples.samples;
}

ColumnMeasures measuresOf(const SampleStates& states) {
  ColumnMeasures measures;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (const auto& samples = states[i].samples; samples && samples->truth) {
      measures[i] = sample_measures(posesAt(*samples, states[i].state), *samples->truth, samples->symmetry);
    }
  }
  return measures;
}

void SamplingModel::askMeasures(const SampleStates& states) {
  bool open = false;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const SampleState& asked = states[i];
    if (asked == asked_states_[i]) {
      continue;
    }
    asked_states_[i] = asked;
    unmeasured_[i] = {};
    if (!asked.samples || !asked.samples->truth) {
      measures_[i].reset();
    } else if (const auto held = measuresHeld(asked)) {
      measures_[i] = held;
    } else {
      unmeasured_[i] = asked;
      open = true;
    }
  }
  if (open) {
    Q_EMIT measuresAsked();
  }
}

void SamplingModel::setMeasures(const SampleStates& of, const ColumnMeasures& measures) {
  bool news = false;
  for (std::size_t i = 0; i < of.size(); ++i) {
    // Of an earlier state of the same samples it is still the newest there is: numbers follow a slider.
    if (of[i].samples && of[i].samples == unmeasured_[i].samples) {
      measures_[i] = measures[i];
      news = true;
      if (of[i] == unmeasured_[i]) {
        unmeasured_[i] = {};
      }
    }
  }
  if (news) {
    Q_EMIT measured();
  }
}

void SamplingModel::askBasins(BasinQuestion question) {
  if (question == basin_question_) {
    return;
  }
  basin_question_ = std::move(question);
  basins_awaited_ = basin_question_.samples && !basin_question_.numbers.empty();
  if (basins_awaited_) {
    Q_EMIT basinsAsked();
  } else {
    basins_.reset();
  }
}

void SamplingModel::setBasins(const BasinQuestion& of, std::shared_ptr<const BasinReport> report) {
  if (basins_awaited_ && of == basin_question_) {
    basins_ = std::move(report);
    basins_awaited_ = false;
    Q_EMIT basinsAnswered();
  }
}

bool SamplingModel::measuresAwaited() const {
  return std::any_of(unmeasured_.begin(), unmeasured_.end(),
                     [](const SampleState& state) { return state.samples != nullptr; });
}

}  // namespace alidade
