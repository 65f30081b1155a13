// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/quant/quantizer.h"

namespace alidade {

// INQ (Zhou et al. 2017): a growing share of the weights is frozen at levels, the rest goes on training.

/// Which weights are frozen first.
enum class FreezeOrder {
  kMagnitude,     ///< unstructured: the largest |w|
  kRowMagnitude,  ///< structured: whole rows, those of the largest mean |w|
  kRandom,        ///< unstructured, drawn from a seed
};

/// A tensor on its way. The scale is found at the first step and stays.
struct IncrementalWeights {
  LevelSet levels;
  FreezeOrder order = FreezeOrder::kMagnitude;
  std::uint64_t seed = 0;                ///< of kRandom
  RangeRule rule = RangeRule::kLargest;  ///< of the one scale
  double scale = 0.0;                    ///< 0 until the first step
  double fraction = 0.0;                 ///< of the weights, frozen so far
  std::vector<double> frozen;            ///< [row][column]; NaN = still free; empty until the first step
};

/// Weights that are frozen.
std::size_t frozen_count(const IncrementalWeights& state);

/// Freezes the weights that make `fraction` of them together with those frozen before: floor(fraction N) (of
/// rows, if structured), equal ones by their place. Frozen ones never change. kUsage for a fraction outside
/// (0, 1], one that falls, and another number of weights than before; kInput as find_scales.
Expected<void> freeze_share(IncrementalWeights& state, const WeightView& weights, double fraction);

/// The weights with the frozen ones in place.
std::vector<double> with_frozen(const IncrementalWeights& state, std::span<const double> weights);

/// A line of Table 10: from this epoch on the learning rate is `rate_factor` times the base.
struct IncrementalStep {
  int epoch = 0;
  double rate_factor = 1.0;
  std::optional<double> fraction;  ///< frozen at the beginning of this epoch

  bool operator==(const IncrementalStep&) const = default;
};

/// MQAT's Table 10, of 30 epochs. Its last line, epoch 30, is never reached by them. The authors' repository
/// freezes 0.9875 at epoch 25 where the table has 0.975.
std::vector<IncrementalStep> mqat_schedule();

/// The same of another length: epochs scaled and rounded down, fractions of one epoch joined to the largest.
/// kUsage for less than one epoch.
Expected<std::vector<IncrementalStep>> scaled_schedule(std::span<const IncrementalStep> schedule,
                                                       int schedule_epochs, int epochs);

/// kUsage unless epochs rise from 0, factors are above 0, and fractions rise within (0, 1] and end with 1; it
/// names the line.
Expected<void> check_schedule(std::span<const IncrementalStep> schedule);

}  // namespace alidade
