// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/contention/gram_statistics.h"

namespace alidade {

/// How often gradients oppose each other on one layer (S-conflict scores, Shi et al. 2023, "Recon").
struct LayerConflict {
  std::string layer, block;
  std::int64_t size = 0;      ///< parameters
  double score;               ///< share of pairs and epochs with a cosine below S; NaN = judged nowhere
  std::size_t judged = 0;     ///< pairs and epochs with a cosine, outside of stationary epochs
  std::size_t conflicts = 0;  ///< of them below S
};

/// Scores of every layer that is not frozen, in the order of the history. `pair`: of two rows only. `epochs`
/// are indices; an epoch where the layer is stationary does not count.
std::vector<LayerConflict> layer_conflicts(const ContentionHistory& history, double s,
                                           std::span<const std::size_t> epochs,
                                           std::optional<std::pair<std::size_t, std::size_t>> pair = {});

/// "Split these layers": the layers with the highest scores.
struct SplitPlan {
  struct Layer {
    LayerConflict conflict;
    std::int64_t added = 0;      ///< parameters that its copies add: (G - 1) times its size
    std::int64_t added_all = 0;  ///< by it and the layers before it
  };
  std::vector<Layer> layers;  ///< highest score first, of equal ones the smaller layer
};
/// The first `count` of the ranking, for `groups` branches. Layers without a score are left out.
SplitPlan split_plan(std::vector<LayerConflict> conflicts, std::size_t count, int groups);

/// What a layer adds to the cosine of two rows on a part that it belongs to.
struct LayerContribution {
  std::string layer, block;
  std::int64_t size = 0;
  double product;  ///< inner product of the two gradients on the layer
  double share;    ///< product by both lengths on the part: the shares add up to the part's cosine
  double cosine;   ///< on the layer alone; NaN = undefined
};

/// The layers of a part, the most opposing contribution first. Nothing where the pair is undefined.
std::vector<LayerContribution> layer_contributions(const ContentionHistory& history, std::size_t epoch,
                                                   const ContentionPart& part, std::size_t i, std::size_t j);

/// A pair of samples (or batches) of two rows.
struct OpposingPair {
  std::size_t row, column;
  double product;
};
/// The pairs with the least inner products of a matrix [row][column], lowest first.
std::vector<OpposingPair> most_opposing(std::span<const double> products, std::size_t columns,
                                        std::size_t count);

}  // namespace alidade
