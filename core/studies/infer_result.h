// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "core/base/expected.h"
#include "core/data/dataset.h"
#include "core/results/pose_result.h"
#include "core/studies/infer.h"

namespace alidade {

/// ErrorCode::kUsage for K, frames or a ranker that do not fit.
Expected<void> check_infer_options(const InferOptions& options, const Dataset& dataset,
                                   const PoseNetwork& network);

/// A result without estimates: sampler, name and provenance. `tracking` (JSON, empty = none) becomes a part
/// of the recipe, and `prefix` stands before the sampler's text.
std::shared_ptr<PoseResult> begin_result(const Dataset& dataset, const PoseNetwork& network,
                                         const InferOptions& options, const std::string& prefix = {},
                                         const std::string& tracking = {});

/// Lists a frame that was read, with what was wrong with its layers.
void add_frame(PoseResult& result, const Frame& frame);

/// Adds an estimate, or the sentence why there is none; an Error when the whole run cannot go on.
Expected<void> add_estimate(PoseResult& result, Expected<PoseEstimate> estimate);

}  // namespace alidade
