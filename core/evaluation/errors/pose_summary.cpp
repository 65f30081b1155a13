// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/pose_summary.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>

#include "core/base/constants.h"
#include "core/base/text_table.h"
#include "core/evaluation/errors/pose_hills.h"
#include "core/evaluation/statistics/distributions.h"
#include "core/geometry/rotation_vector.h"
#include "core/geometry/symmetry_center.h"

namespace alidade {
namespace {

constexpr int kOutlineParts = 72;
constexpr double kWidestNormal = 60.0 * kRadiansPerDegree;
constexpr double kAlongAxis = 1e-6;  // an axis of symmetry lies along an axis of the object
constexpr double kFarthest = 1e6;    // metres: nothing to be summarized

std::vector<Rigid3> finite_poses(std::span<const Rigid3> poses) {
  std::vector<Rigid3> kept;
  for (const Rigid3& pose : poses) {
    if (pose.R.allFinite() && pose.t.allFinite() && pose.t.cwiseAbs().maxCoeff() < kFarthest) {
      kept.push_back(pose);
    }
  }
  return kept;
}

/// The law of the turns across an axis.
struct TurnsAcross {
  Eigen::Matrix<double, 3, 2> basis;  ///< orthonormal, object frame
  Eigen::Vector2d half =
      Eigen::Vector2d::Zero();  ///< half axes at the level along the basis, rising, radians
};

TurnsAcross turns_across(const PoseGaussian& gaussian, const Eigen::Vector3d& axis, double level) {
  Eigen::Matrix<double, 3, 2> across;
  across.col(0) = axis.unitOrthogonal();
  across.col(1) = axis.cross(across.col(0));
  const Eigen::Matrix2d covariance =
      across.transpose() * gaussian.covariance.bottomRightCorner<3, 3>() * across;
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> solver(covariance);
  return {across * solver.eigenvectors(),
          (chi_square_quantile(level, 2) * solver.eigenvalues().cwiseMax(0.0)).cwiseSqrt()};
}

AxisCone cone_of(const PoseGaussian& gaussian, int axis, double level) {
  const TurnsAcross turns = turns_across(gaussian, Eigen::Vector3d::Unit(axis), level);
  AxisCone cone;
  cone.axis = axis;
  cone.direction = gaussian.mean.R.col(axis);
  cone.narrowest = std::min(turns.half[0], std::numbers::pi);
  cone.widest = std::min(turns.half[1], std::numbers::pi);
  for (const Eigen::Matrix3d& R : cone_rim(gaussian, Eigen::Vector3d::Unit(axis), level)) {
    cone.outline.push_back(R.col(axis));
  }
  return cone;
}

/// Half axes in the camera frame.
Eigen::Matrix3d ellipsoid_of(const PoseGaussian& gaussian, double level) {
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(gaussian.covariance.topLeftCorner<3, 3>());
  const Eigen::Vector3d half =
      (chi_square_quantile(level, 3) * solver.eigenvalues().cwiseMax(0.0)).cwiseSqrt();
  return gaussian.mean.R * solver.eigenvectors() * half.asDiagonal();
}

std::string warning_of(const PoseSummary& summary) {
  if (summary.modes > 1) {
    return std::to_string(summary.modes) + " modes: the summary misleads";
  }
  const double spread = summary.gaussian.rotation_spread();
  if (spread > kWidestNormal) {
    return "rotations spread by " + fixed_text(spread * kDegreesPerRadian, 0) + "°: the summary misleads";
  }
  return {};
}

}  // namespace

std::vector<Eigen::Matrix3d> cone_rim(const PoseGaussian& gaussian, const Eigen::Vector3d& axis,
                                      double level) {
  const TurnsAcross turns = turns_across(gaussian, axis, level);
  std::vector<Eigen::Matrix3d> rim;
  for (int i = 0; i <= kOutlineParts; ++i) {
    const double angle = 2.0 * std::numbers::pi * (i % kOutlineParts) / kOutlineParts;
    Eigen::Vector3d turn =
        turns.basis * Eigen::Vector2d(turns.half[0] * std::cos(angle), turns.half[1] * std::sin(angle));
    if (turn.norm() > std::numbers::pi) {
      turn *= std::numbers::pi / turn.norm();
    }
    rim.push_back(gaussian.mean.R * rotation_of_vector(turn));
  }
  return rim;
}

bool has_direction(const SymmetryGroup& group, const Eigen::Vector3d& axis) {
  const auto turns = visible_turns(group);
  return turns.cols() == 3 || (turns.cols() == 2 && (turns.transpose() * axis).norm() < kAlongAxis);
}

std::optional<PoseSummary> pose_summary(std::span<const Rigid3> poses, const SymmetryGroup& group,
                                        const Eigen::Vector3d& point, double level) {
  constexpr std::size_t kLeastPoses = 3;
  const std::vector<Rigid3> finite = finite_poses(poses);
  if (finite.size() < kLeastPoses) {
    return std::nullopt;
  }
  const std::vector<PoseHill> hills = pose_hills(finite, group, point);
  PoseSummary summary;
  summary.gaussian = pose_gaussian(finite, group, hills.front().gaussian.mean, point);
  summary.level = level;
  summary.center = summary.gaussian.mean * point;
  summary.half_axes = ellipsoid_of(summary.gaussian, level);
  for (int axis = 0; axis < 3; ++axis) {
    if (has_direction(group, Eigen::Vector3d::Unit(axis))) {
      summary.cones.push_back(cone_of(summary.gaussian, axis, level));
    }
  }
  summary.modes = hills.size();
  summary.heaviest_share = hills.front().share;
  summary.warning = warning_of(summary);
  return summary;
}

std::string summary_text(const PoseSummary& summary) {
  return fixed_text(100.0 * summary.level, 0) + " % ellipsoid of the place" +
         (summary.cones.empty()       ? ""
          : summary.cones.size() == 1 ? " and cone of the axis"
                                      : " and cones of the axes") +
         ", " + std::to_string(summary.gaussian.count) + " samples";
}

}  // namespace alidade
