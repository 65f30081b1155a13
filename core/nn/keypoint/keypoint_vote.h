// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"
#include "core/nn/keypoint/keypoint_config.h"

namespace alidade {

/// Where one cell of a level sees the corners of the object's box.
struct KeypointVote {
  int level = 0;            ///< from 0: P3
  int column = 0, row = 0;  ///< of the cell
  double confidence = 0.0;  ///< that it shows the object, and that the object is of this level's size; 0 to 1
  std::array<Eigen::Vector2d, 8> pixels;  ///< order of box_corners(), pixel centers at integers
};

/// Pose of the box's center from votes: RANSAC-PnP over all corners of the most confident cells. `camera`
/// sees the pixels that the votes speak of. kInput where fewer cells than one are confident, or no pose fits.
Expected<Rigid3> pose_of_votes(const PinholeCamera& camera, std::span<const KeypointVote> votes,
                               const KeypointConfig& config, std::uint64_t seed);

}  // namespace alidade
