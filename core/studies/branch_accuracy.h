// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/base/table.h"
#include "core/data/dataset.h"
#include "core/nn/direct_model.h"

namespace alidade {

/// Accuracy of every category (rows) at 5 degrees, 2 cm through every branch (columns): what a detector costs
/// that names a wrong category. Frames as for infer_poses. kInput for a network that routes nothing.
Expected<Table> branch_accuracy(const Dataset& dataset, const std::shared_ptr<DirectModel>& model,
                                const std::vector<std::size_t>& frames, std::uint64_t seed,
                                const JobContext& job);

}  // namespace alidade
