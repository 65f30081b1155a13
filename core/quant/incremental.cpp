// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/incremental.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/random.h"

namespace alidade {
namespace {

/// floor, but 0.29 * 100 counts as 29.
std::size_t share_of(std::size_t count, double fraction) {
  return static_cast<std::size_t>(std::floor(fraction * static_cast<double>(count) + 1e-9));
}

/// Indices from the largest score to the smallest, equal ones by place; those already frozen come first.
std::vector<std::size_t> freeze_sequence(const std::vector<double>& scores) {
  std::vector<std::size_t> sequence(scores.size());
  std::iota(sequence.begin(), sequence.end(), std::size_t{0});
  std::stable_sort(sequence.begin(), sequence.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return sequence;
}

/// A score per weight, or per row of a structured order. What is frozen scores infinitely.
std::vector<double> freeze_scores(const IncrementalWeights& state, const WeightView& weights) {
  const bool structured = state.order == FreezeOrder::kRowMagnitude;
  const std::size_t group = structured ? weights.columns() : 1;
  std::vector<double> scores(weights.values.size() / group, 0.0);
  Random random(state.seed);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    // Drawn for every weight, so that the order is the same at every step.
    const double draw = random.uniform();
    for (std::size_t j = 0; j < group; ++j) {
      scores[i] += std::abs(weights.values[i * group + j]);
    }
    scores[i] = state.order == FreezeOrder::kRandom ? draw : scores[i];
    scores[i] = std::isnan(state.frozen[i * group]) ? scores[i] : std::numeric_limits<double>::infinity();
  }
  return scores;
}

Expected<void> check_fraction(const IncrementalWeights& state, const WeightView& weights, double fraction) {
  if (!(fraction > 0.0) || fraction > 1.0) {
    return usage_error(weights.name + ": a share of " + std::to_string(fraction) +
                       " of the weights cannot be frozen; it lies above 0 and is at most 1.");
  }
  if (fraction < state.fraction) {
    return usage_error(weights.name + ": the frozen share falls from " + std::to_string(state.fraction) +
                       " to " + std::to_string(fraction) + "; frozen weights stay frozen.");
  }
  if (!state.frozen.empty() && state.frozen.size() != weights.values.size()) {
    return usage_error(weights.name + ": " + std::to_string(weights.values.size()) + " weights, but " +
                       std::to_string(state.frozen.size()) + " at the step before.");
  }
  return {};
}

}  // namespace

std::size_t frozen_count(const IncrementalWeights& state) {
  return static_cast<std::size_t>(std::count_if(state.frozen.begin(), state.frozen.end(),
                                                [](double value) { return !std::isnan(value); }));
}

Expected<void> freeze_share(IncrementalWeights& state, const WeightView& weights, double fraction) {
  if (const auto fine = check_fraction(state, weights, fraction); !fine) {
    return fine.error();
  }
  if (state.frozen.empty()) {
    const auto scales = find_scales(weights, state.levels, Granularity::kTensor, state.rule);
    if (!scales) {
      return scales.error();
    }
    state.scale = scales->values[0];
    state.frozen.assign(weights.values.size(), std::numeric_limits<double>::quiet_NaN());
  }
  const auto quantized = quantize(weights, state.levels, Scales{{state.scale}, {}});
  if (!quantized) {
    return quantized.error();
  }
  const std::vector<double> values = dequantized(*quantized);
  const auto sequence = freeze_sequence(freeze_scores(state, weights));
  const std::size_t group = weights.values.size() / sequence.size();
  for (std::size_t i = 0; i < share_of(sequence.size(), fraction); ++i) {
    for (std::size_t j = sequence[i] * group; j < (sequence[i] + 1) * group; ++j) {
      state.frozen[j] = std::isnan(state.frozen[j]) ? values[j] : state.frozen[j];
    }
  }
  state.fraction = fraction;
  return {};
}

std::vector<double> with_frozen(const IncrementalWeights& state, std::span<const double> weights) {
  std::vector<double> values(weights.begin(), weights.end());
  for (std::size_t i = 0; i < state.frozen.size() && i < values.size(); ++i) {
    values[i] = std::isnan(state.frozen[i]) ? values[i] : state.frozen[i];
  }
  return values;
}

std::vector<IncrementalStep> mqat_schedule() {
  return {{0, 1.0, 0.2},    {3, 0.1, {}},  {5, 1.0, 0.4},  {7, 0.1, {}},  {9, 1.0, 0.6},   {11, 0.1, {}},
          {13, 1.0, 0.8},   {15, 0.1, {}}, {17, 1.0, 0.9}, {19, 0.1, {}}, {21, 1.0, 0.95}, {23, 0.1, {}},
          {25, 1.0, 0.975}, {27, 0.1, {}}, {29, 1.0, 1.0}, {30, 0.1, {}}};
}

Expected<std::vector<IncrementalStep>> scaled_schedule(std::span<const IncrementalStep> schedule,
                                                       int schedule_epochs, int epochs) {
  if (schedule_epochs < 1 || epochs < 1) {
    return usage_error("A schedule of " + std::to_string(schedule_epochs) + " epochs cannot be scaled to " +
                       std::to_string(epochs) + "; both are at least 1.");
  }
  std::vector<IncrementalStep> scaled;
  for (IncrementalStep step : schedule) {
    step.epoch = static_cast<int>(static_cast<long>(step.epoch) * epochs / schedule_epochs);
    if (!scaled.empty() && scaled.back().epoch == step.epoch) {
      step.fraction = step.fraction ? step.fraction : scaled.back().fraction;
      scaled.back() = step;
    } else {
      scaled.push_back(step);
    }
  }
  return scaled;
}

Expected<void> check_schedule(std::span<const IncrementalStep> schedule) {
  double fraction = 0.0;
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    const IncrementalStep& step = schedule[i];
    const std::string line = "Line " + std::to_string(i + 1) + " of the schedule: ";
    if (i == 0 ? step.epoch != 0 : step.epoch <= schedule[i - 1].epoch) {
      return usage_error(line + "epoch " + std::to_string(step.epoch) + "; epochs rise, from 0.");
    }
    if (!(step.rate_factor > 0.0) || !std::isfinite(step.rate_factor)) {
      return usage_error(line + "the factor of the learning rate is a finite number above 0.");
    }
    if (step.fraction && (!(*step.fraction > fraction) || *step.fraction > 1.0)) {
      return usage_error(line + "the frozen share is " + std::to_string(*step.fraction) + " after " +
                         std::to_string(fraction) + "; shares rise, up to 1.");
    }
    fraction = step.fraction.value_or(fraction);
  }
  if (fraction != 1.0) {
    return usage_error("The schedule ends with a share of " + std::to_string(fraction) +
                       " frozen; the last share is 1, or weights stay unquantized.");
  }
  return {};
}

}  // namespace alidade
