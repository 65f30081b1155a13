// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/base/expected.h"
#include "core/geometry/rotation.h"

namespace alidade {

struct CheckpointFile;

/// Everything that decides the shape and the units of a pose network; stored in its checkpoint.
struct PoseNetworkConfig {
  std::string name = "small";

  // Encoder: two set-abstraction levels (farthest-point centers, ball neighbors), then a global level.
  int num_points = 512;
  std::array<int, 2> centers{128, 32};
  std::array<int, 2> neighbors{12, 16};
  std::array<double, 2> radius_m{0.04, 0.10};
  std::array<int, 6> widths{32, 64, 96, 128, 192, 448};  ///< two linear layers per level
  bool center_points = true;  ///< subtract the centroid before encoding; GenPose does not

  // Heads.
  int regression_width = 256;
  int pose_width = 128;
  int time_width = 64;
  int head_width = 128;
  double fourier_scale = 30.0;
  bool size_head = true;  ///< regress the box size; without it the extent of the points is used

  // Diffusion.
  double sigma_min = 0.01;
  double sigma_max = 50.0;
  bool precondition = true;         ///< divide the noisy pose by sqrt(sigma^2 + data variance)
  double translation_scale = 10.0;  ///< network units per metre; GenPose has 1
  SixDOrder sixd_order = SixDOrder::kYX;

  bool operator==(const PoseNetworkConfig&) const = default;
};

/// "small" (the demo), "tiny" (tests), "paper" (2.2 M, preconditioned), "genpose" (2.2 M, the published
/// parametrization: metres, raw noisy pose, x-first 6D, points not centered). ErrorCode::kUsage otherwise.
Expected<PoseNetworkConfig> named_config(const std::string& name);

std::string to_json(const PoseNetworkConfig& config);
/// Strict: unknown or missing keys, non-finite or absurd sizes are errors.
Expected<PoseNetworkConfig> pose_network_config_from_json(const std::string& json);

/// Metadata "config" of a checkpoint; an Error (kInput) names the file.
Expected<PoseNetworkConfig> checkpoint_config(const CheckpointFile& file);

}  // namespace alidade
