// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/evaluation/errors/pose_gaussian.h"
#include "core/geometry/pose_modes.h"

namespace alidade {

/// When poses that gather in several places are said to have several modes.
struct HillRule {
  ModeBandwidth bandwidth;      ///< of the search for places where poses gather
  double least_share = 0.1;     ///< of the poses that a mode holds
  std::size_t least_count = 4;  ///< poses that a mode holds
  /// Two modes are one when their means are nearer to each other than so many of their standard deviations,
  /// pooled, along the line that joins them (Ashman's D). A normal or a uniform distribution cut in two has
  /// 2.7 and 3.5.
  double least_separation = 4.5;
};

/// A mode of a set of poses.
struct PoseHill {
  PoseGaussian gaussian;
  std::vector<std::size_t> members;  ///< numbers of the poses, ascending
  double share = 0.0;                ///< of the poses
};

/// The modes of a set of poses under a symmetry, heaviest first; every pose belongs to one. Poses are folded
/// to the densest of them, `pose_modes` (of at most 60 poses, evenly picked) finds where they gather, each
/// pose goes to the nearest such place that holds enough of them, and places that the rule does not tell
/// apart are joined. Equivalent poses are one mode. `point` as in `pose_gaussian`. Empty for no poses.
std::vector<PoseHill> pose_hills(std::span<const Rigid3> poses, const SymmetryGroup& group,
                                 const Eigen::Vector3d& point, const HillRule& rule = {});

}  // namespace alidade
