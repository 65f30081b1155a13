// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/contention/contention_series.h"
#include "core/results/contention_history.h"
#include "core/results/training_history.h"

namespace alidade {

/// A history of contention as runs of a training, one per block, so that blocks and runs stand as lines in
/// one panel (DecomPose Fig. 3, 4, 6): "contention/mean_cosine" and "contention/negative_transfer" with their
/// bands, "contention/variance", "contention/conflict_rate". Stationary epochs are gaps: their figures follow
/// without a fight. Steps are those of the checkpoints, or the epochs where steps do not rise.
std::vector<TrainingHistory> contention_as_training(const ContentionHistory& history,
                                                    const std::vector<ContentionSeries>& blocks);

}  // namespace alidade
