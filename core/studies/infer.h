// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/score_model.h"
#include "core/results/pose_result.h"
#include "core/studies/infer_options.h"
#include "core/studies/pose_estimator.h"

namespace alidade {

/// Estimates every annotated object of `frames` (empty = all) that has what the estimator needs. The noise of
/// an object depends only on (seed, frame name, instance), so subsets give the same numbers as the whole.
/// Objects that cannot be estimated (no depth, fewer than 32 points) are listed in PoseResult::skipped.
/// ErrorCode::kUsage for a frame that does not exist.
Expected<std::shared_ptr<const PoseResult>> infer_poses(const Dataset& dataset, PoseEstimator& estimator,
                                                        const std::vector<std::size_t>& frames,
                                                        const JobContext& job);

/// The same with a model that the caller keeps.
Expected<std::shared_ptr<const PoseResult>> infer_poses(const Dataset& dataset, ScoreModel& model,
                                                        const InferOptions& options, const JobContext& job);

}  // namespace alidade
