// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/geometry/rigid.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// Chordal mean: eigenvector of the largest eigenvalue of sum q q^T (sign-free). Identity for none.
Eigen::Matrix3d mean_rotation(std::span<const Eigen::Matrix3d> rotations);

/// Mean rotation and mean translation, without symmetry (GenPose's average).
Rigid3 mean_pose(std::span<const Rigid3> poses);

/// Mean geodesic distance to `center` under `group`, radians; 0 for none.
double rotation_spread(std::span<const Rigid3> poses, const Eigen::Matrix3d& center,
                       const SymmetryGroup& group);

/// Share of symmetry equivalents of `truth` (each element of the orbit; `steps` per continuous axis)
/// that have a pose within `radius` radians: 1 = every mode is covered.
double mode_coverage(std::span<const Rigid3> poses, const Rigid3& truth, const SymmetryGroup& group,
                     int steps, double radius);

/// Share of poses farther than `radius` radians from `truth` under `group`.
double outlier_share(std::span<const Rigid3> poses, const Rigid3& truth, const SymmetryGroup& group,
                     double radius);

/// A rotation drawn uniformly from SO(3) with three uniform numbers in [0, 1) (Shoemake 1992).
Eigen::Matrix3d uniform_rotation(double u1, double u2, double u3);

}  // namespace alidade
