// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <string>

#include "core/geometry/box.h"

namespace alidade {

/// How two boxes are compared.
enum class NocsOverlap {
  /// NOCS, SPD, AG-Pose: the script reduces over the coordinates of each corner instead of over the corners,
  /// and compares eight intervals. Not a box IoU: disjoint boxes can score near 1.
  kLegacy,
  kHull,   ///< CATRE: the axis-aligned hulls of both boxes in the camera frame
  kExact,  ///< the boxes themselves
};

/// What a protocol takes an object's symmetry to be.
enum class NocsSymmetry {
  kNone,
  kAxis,  ///< every turn about the object's own y: 20 steps for overlaps, angle between the axes for
          ///< rotations
  kFlip,  ///< half a turn about the object's own y, in the rotation error only (phone, eggbox, glue)
};

/// Turns of the symmetric sweep, the identity included.
constexpr int kNocsTurns = 20;

/// Overlap of an estimate's box with a true box in [0, 1]. With kAxis the largest one over kNocsTurns turns
/// of the estimate about its own y, through the box's center. 0 when a side is not positive.
double nocs_overlap(NocsOverlap form, const OrientedBox& estimate, const OrientedBox& truth,
                    NocsSymmetry symmetry);

/// Rotation error in degrees, accurate near 0 and 180; below 1e-8 radians it is 0, as for the references.
double nocs_rotation_degrees(const Eigen::Matrix3d& estimate, const Eigen::Matrix3d& truth,
                             NocsSymmetry symmetry);

/// IoU of two image boxes (y1, x1, y2, x2) whose last pixels belong to them, as GenPose's script has it.
double pixel_box_iou(const std::array<double, 4>& a, const std::array<double, 4>& b);

/// "legacy overlap", "hull IoU", "exact IoU".
std::string nocs_overlap_name(NocsOverlap form);

}  // namespace alidade
