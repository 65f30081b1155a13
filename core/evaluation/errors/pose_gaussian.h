// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/geometry/rigid.h"
#include "core/geometry/symmetry.h"

namespace alidade {

/// A step from one pose to another, both halves in the frame of the first: where the object's point goes
/// (metres), then the rotation vector log(R_a^T R_b) (radians). It stays the same when both poses are moved
/// alike from the left.
using PoseStep = Eigen::Matrix<double, 6, 1>;
using PoseCovariance = Eigen::Matrix<double, 6, 6>;

/// The step from `a` to `b`; its translation is that of `point`, in the object frame (metres).
PoseStep pose_step(const Rigid3& a, const Rigid3& b, const Eigen::Vector3d& point);

/// The pose one step from `a`: pose_step(a, result, point) = step while the rotation stays below pi.
Rigid3 stepped_pose(const Rigid3& a, const PoseStep& step, const Eigen::Vector3d& point);

/// The equivalent of `pose` that lies nearest to `reference` in rotation and keeps the place of `point`,
/// which the group must leave in place; for a sphere the turn is the reference's.
Rigid3 folded_pose(const Rigid3& reference, const Rigid3& pose, const SymmetryGroup& group,
                   const Eigen::Vector3d& point);

/// A normal distribution of poses: mean * exp(step) with normal steps of mean zero.
struct PoseGaussian {
  Rigid3 mean;  ///< Frechet mean of the rotations, mean place of `point`
  PoseCovariance covariance = PoseCovariance::Zero();  ///< of pose_step(mean, pose, point), unbiased (n - 1)
  Eigen::Vector3d point = Eigen::Vector3d::Zero();     ///< of the object frame, metres
  std::size_t count = 0;                               ///< poses behind it

  /// Root mean square rotation, radians, and distance of `point`, metres, from the mean.
  double rotation_spread() const;
  double translation_spread() const;
};

/// The normal distribution of poses, each first replaced by its equivalent nearest to the mean
/// (`folded_pose`; fold and mean are repeated until they agree). `start` says near which of the equivalent
/// means it ends. One pose has the covariance zero; no poses give `start`.
PoseGaussian pose_gaussian(std::span<const Rigid3> poses, const SymmetryGroup& group, const Rigid3& start,
                           const Eigen::Vector3d& point);

}  // namespace alidade
