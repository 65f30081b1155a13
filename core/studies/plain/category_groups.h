// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/contention/grouping.h"
#include "core/results/pose_result.h"

namespace alidade {

/// Difficulty of categories: 1 - accuracy at 5 degrees, 2 cm (DecomPose Sec. 5.2).
struct CategoryDifficulty {
  std::vector<std::string> categories;  ///< in order of first appearance
  std::vector<double> difficulty;
};

/// Of an evaluated result on validation frames of the dataset called `dataset`. kInput for a test split:
/// groups chosen there would be judged on what they were chosen by.
Expected<CategoryDifficulty> category_difficulty(const PoseResult& result, const std::string& dataset);

/// How much the quantile groups depend on which objects were validated: the mean adjusted Rand index (1 = the
/// same groups every time) of `draws` groupings, each of a result whose objects are drawn anew, with
/// replacement, within their categories. kUsage for fewer than two draws, and as quantile_groups().
Expected<double> group_stability(const PoseResult& result, int groups, int draws, std::uint64_t seed);

/// The sections [[group]] of a training recipe.
std::string group_sections(const std::vector<std::string>& categories, const std::vector<int>& groups,
                           const std::vector<BranchCapacity>& capacities);

}  // namespace alidade
