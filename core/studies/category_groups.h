// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/base/table.h"
#include "core/contention/grouping.h"
#include "core/data/dataset.h"
#include "core/nn/direct_model.h"
#include "core/results/pose_result.h"

namespace alidade {

/// Difficulty of categories: 1 - accuracy at 5 degrees, 2 cm (DecomPose Sec. 5.2).
struct CategoryDifficulty {
  std::vector<std::string> categories;  ///< in order of first appearance
  std::vector<double> difficulty;
};

/// Of an evaluated result on validation frames. kInput for one on a test split: groups chosen there would be
/// judged on what they were chosen by.
Expected<CategoryDifficulty> category_difficulty(const PoseResult& result);

/// The sections [[group]] of a training recipe.
std::string group_sections(const std::vector<std::string>& categories, const std::vector<int>& groups,
                           const std::vector<BranchCapacity>& capacities);

/// Accuracy of every category (rows) at 5 degrees, 2 cm through every branch (columns): what a detector costs
/// that names a wrong category. Its own branch is marked. kInput for a network that routes nothing.
Expected<Table> branch_accuracy(const Dataset& dataset, const std::shared_ptr<DirectModel>& model,
                                const std::vector<std::size_t>& frames, std::uint64_t seed,
                                const JobContext& job);

}  // namespace alidade
