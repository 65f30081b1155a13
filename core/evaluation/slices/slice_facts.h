// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/evaluation/pose_set.h"
#include "core/evaluation/slices/slice.h"

namespace alidade {

/// Center of the box in the camera frame, metres.
Eigen::Vector3d slice_center(const PoseRow& row);

/// What is known of a ground truth; `answer` is the prediction that answers to it, or null.
SliceFacts facts_of_truth(const EvaluationInput& input, const PoseRow& truth, const PoseRow* answer);

/// What is known of a prediction without ground truth: its own pose, size and score, never its visibility.
SliceFacts facts_of_prediction(const EvaluationInput& input, const PoseRow& prediction);

/// "the visibility of objects is not known": what a missing field means.
std::string missing_fact(SliceField field);

}  // namespace alidade
