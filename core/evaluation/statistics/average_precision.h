// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace alidade {

/// How the area under the precision-recall curve is taken.
enum class ApRule {
  kNocs,      ///< recall rounded to float32, suffix maximum, 0 and 1 appended (NOCS, SPD, AG-Pose)
  kEnvelope,  ///< suffix maximum, area in double, result rounded to float32 (mmdet3d indoor)
  kRaw,       ///< no envelope (Omni6DPose), ties: true positives first
  kCoco101,   ///< 101 recall points, interpolated (BOP 2024)
};

/// A detection list of one class in falling score order, ready to be weighed.
struct RankedDetection {
  std::uint32_t image = 0;
  bool correct = false;
};

/// Average precision of detections in falling score order. `truths_per_image[i]` ground truths belong to
/// image i; each image counts `image_weights[i]` times (empty span = once). Nothing when there is no ground
/// truth (the references divide 0 by 0); 0 when there are truths but no detection.
std::optional<double> average_precision(std::span<const RankedDetection> ranked,
                                        std::span<const std::uint32_t> truths_per_image,
                                        std::span<const std::uint32_t> image_weights, ApRule rule);

}  // namespace alidade
