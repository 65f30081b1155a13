// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/nn/decompose/decompose_weights.h"

namespace alidade {

// The network's functions on plain numbers, in float64: for those who cannot see torch and want to compare.

/// Numbers of any shape, row-major.
struct NumberArray {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};
using NumberArrays = std::map<std::string, NumberArray>;

/// Losses (Eq. 14 to 16, means over B) of "keypoints" [B, K, 3], "reconstruction" [B, M, 3], "nocs" [B, K,
/// 3], "R" [B, 3, 3], "t", "size" [B, 3] against "points" [B, N, 3], "point_mask" [B, N] (0 or 1) and "R_gt",
/// "t_gt", "size_gt". Gives "cd", "div", "recon", "nocs", "rotation", "translation", "size", "main",
/// "branch", "total" (scalars), "nocs_target" and "grad_NAME" of the total for the first six.
NumberArrays decompose_loss_numbers(const NumberArrays& in, const DecomposeWeights& weights,
                                    bool detached_target = false);

/// Eq. 43 and 44 of "queries" [B, K, W], "features" [B, N, W], "points" [B, N, 3]: "heat_map", "keypoints",
/// "keypoint_features", and "grad_queries", "grad_features" of what "grad_keypoints" and
/// "grad_keypoint_features" weigh.
NumberArrays pooled_keypoint_numbers(const NumberArrays& in);

/// Rotations of "six" [n, 6]: "R" [n, 3, 3], and "grad_six" of what "grad_R" weighs, where given.
NumberArrays rotation_numbers(const NumberArrays& in);

}  // namespace alidade
