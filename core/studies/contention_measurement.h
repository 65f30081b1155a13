// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/results/contention_history.h"
#include "core/studies/contention.h"
#include "core/studies/contention_effects.h"

namespace alidade {

/// What is measured of a training, and how: all that a user may choose.
struct ContentionMeasurement {
  std::vector<std::filesystem::path> runs;  ///< a run folder, or checkpoints in their order
  int every = 1;                            ///< checkpoint of the series, counted from the last
  ContentionOptions contention;
  bool effects = false;  ///< at the last checkpoint, on the subset that its gradients are measured on
  EffectOptions effect;
};

/// Every so manieth checkpoint of a series, the last one always.
std::vector<SeriesCheckpoint> thinned_series(const std::vector<SeriesCheckpoint>& series, int every);

/// The history of a training under the name of its folder. Errors are those of checkpoint_series,
/// measure_contention and measure_effect.
Expected<std::shared_ptr<const ContentionHistory>> measure_history(
    const ContentionMeasurement& measurement, const std::vector<std::shared_ptr<const Dataset>>& sources,
    const JobContext& job);

}  // namespace alidade
