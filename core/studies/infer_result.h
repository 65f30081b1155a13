// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/data/dataset.h"
#include "core/nn/score_model.h"
#include "core/results/pose_result.h"
#include "core/studies/infer_options.h"

namespace alidade {

/// ErrorCode::kUsage for K or a ranker that does not fit.
Expected<void> check_infer_options(const InferOptions& options, const ScoreModel& model);

/// ErrorCode::kUsage for a frame that the dataset does not have.
Expected<void> check_frames(const std::vector<std::size_t>& frames, const Dataset& dataset);

/// Whose estimate it is; no pose yet.
PoseEstimate blank_estimate(const Frame& frame, std::size_t position);

/// A result without estimates of a model that estimates at once; `recipe` is JSON.
std::shared_ptr<PoseResult> begin_direct_result(const Dataset& dataset, const Model& model,
                                                const std::string& estimator, const std::string& recipe,
                                                std::uint64_t seed);

/// A result without estimates: sampler, name and provenance. `tracking` (JSON, empty = none) becomes a part
/// of the recipe, and `prefix` stands before the sampler's text.
std::shared_ptr<PoseResult> begin_result(const Dataset& dataset, const ScoreModel& model,
                                         const InferOptions& options, const std::string& prefix = {},
                                         const std::string& tracking = {});

/// Lists a frame that was read, with what was wrong with its layers.
void add_frame(PoseResult& result, const Frame& frame);

/// Adds an estimate, or the sentence why there is none; an Error when the whole run cannot go on.
Expected<void> add_estimate(PoseResult& result, Expected<PoseEstimate> estimate);

}  // namespace alidade
