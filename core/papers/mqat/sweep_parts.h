// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/papers/mqat/assignment.h"
#include "core/papers/mqat/records.h"
#include "core/results/quantization_sweep.h"

namespace alidade::mqat {

// What a sweep file says of a network and its assignments. Without traces losses are unknown or 0.

/// Shares of right images with percentile bootstraps over images; unknown where there are none.
std::vector<SweepAccuracy> sweep_accuracies(const ImageRecords* selection, const ImageRecords* held_out);
/// Every module with the widths that all of its layers know, and float32.
std::vector<SweepModule> sweep_modules(const NetworkFacts& facts, const LayerTraces* traces);
std::vector<SweepLayer> sweep_layers(const NetworkFacts& facts);
/// Omega of every module, summed (Eq. 2); of mixed ones as the mean over layers too. NaN without traces.
double predicted_loss(const NetworkFacts& facts, const LayerTraces* traces, const LayerLevels& levels);
/// Levels, sizes, operations and expected loss of an assignment.
void add_assignment(SweepPoint& point, const NetworkFacts& facts, const LayerTraces* traces,
                    const LayerLevels& levels, int activation_bits);

}  // namespace alidade::mqat
