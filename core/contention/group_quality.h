// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/contention/part_gram.h"

namespace alidade {

/// How well groups agree with cosines [row][row].
struct GroupQuality {
  double within;                    ///< mean cosine of pairs inside a group; NaN = there are none
  double between;                   ///< of pairs of different groups
  double difference;                ///< within - between
  double silhouette;                ///< mean of the rows', on the distance 1 - cosine
  std::vector<double> silhouettes;  ///< [row] 0 when alone in its group; NaN without a defined distance
};
GroupQuality group_quality(std::span<const double> cosines, std::span<const int> groups);

/// Adjusted Rand index of two assignments of the same rows (Hubert and Arabie 1985): 1 = the same groups
/// whatever their numbers, 0 = as random. Two assignments that leave no choice (all apart, or all together in
/// both) agree: 1. NaN for lists of different length or fewer than two rows.
double adjusted_rand(std::span<const int> a, std::span<const int> b);

/// Mean over all pairs of assignments: the stability of a grouping over draws. NaN for fewer than two.
double mean_adjusted_rand(std::span<const std::vector<int>> assignments);

/// What a part would look like with a branch for each group, by the gradients of now.
struct WhatIf {
  double within, between;                 ///< mean cosines as in GroupQuality
  std::vector<double> negative_transfer;  ///< [row] N among the members of its group; NaN = alone
  double mean_negative_transfer;
  std::int64_t added_parameters = 0;  ///< (number of groups - 1) times the size of one branch
};
WhatIf what_if(const PartGram& gram, std::span<const int> groups, std::int64_t branch_size);

/// Pairs inside the branches of a split network beside the same pairs of the shared one. Pairs across
/// branches are undefined in the split one, so that a mean over all pairs would compare different ones.
struct WithinPairs {
  struct Pair {
    std::size_t i, j;
    double before, after;
  };
  std::vector<Pair> pairs;  ///< defined in both, i < j
  double before, after;     ///< their means; NaN = no pair
};
WithinPairs within_pairs(std::span<const double> before, std::span<const double> after,
                         std::span<const int> groups);

}  // namespace alidade
