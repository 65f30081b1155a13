// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/direct_model.h"
#include "core/results/branch_accuracy.h"

namespace alidade {

/// Accuracy of every category through every branch: each is estimated as if the detector had named a category
/// of that branch. Frames as for infer_poses. kInput for a network that routes nothing.
Expected<BranchAccuracy> branch_accuracy(const Dataset& dataset, const std::shared_ptr<DirectModel>& model,
                                         const std::vector<std::size_t>& frames, std::uint64_t seed,
                                         const JobContext& job);

}  // namespace alidade
