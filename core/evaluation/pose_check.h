// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// How far a matrix may be from a rotation (Frobenius norm of the difference) and still be repaired by
/// projection onto SO(3); beyond it the row is rejected. Results files print 6 digits or fewer; 1e-2 also
/// admits float16 and hand-rounded matrices, and is 0.4 degrees.
constexpr double kRotationTolerance = 1e-2;

/// Differences up to this are rounding of the file and are not worth a note.
constexpr double kRotationRounding = 1e-5;

struct CheckedPose {
  Rigid3 pose;
  double scale = 1.0;      ///< uniform scale that was inside (1 for a rigid pose)
  double deviation = 0.0;  ///< Frobenius norm of what the projection changed
};

/// A 4x4 [s R | t; 0 0 0 1] as rotation, translation and uniform scale s = cbrt(det). An Error says what is
/// wrong (a number that is not finite, a last row other than 0 0 0 1, a reflection, no rotation within the
/// tolerance) without a full stop: the `problem` of input_error, to which the caller adds file, row and
/// remedy.
Expected<CheckedPose> check_pose(const Eigen::Matrix4d& pose, bool allow_scale);

/// The same for a rotation and a translation.
Expected<CheckedPose> check_pose(const Eigen::Matrix3d& rotation, const Eigen::Vector3d& translation,
                                 bool allow_scale);

}  // namespace alidade
