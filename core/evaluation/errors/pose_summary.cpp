// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/pose_summary.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Eigenvalues>

#include "core/base/constants.h"
#include "core/base/text_table.h"
#include "core/evaluation/errors/pose_hills.h"
#include "core/evaluation/statistics/distributions.h"
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

/// Turns that the summary can say of an axis: all, or of the axis of a continuous symmetry those across it.
bool has_cone(const SymmetryGroup& group, int axis) {
  const auto turns = visible_turns(group);
  return turns.cols() == 3 ||
         (turns.cols() == 2 && (turns.transpose() * Eigen::Vector3d::Unit(axis)).norm() < kAlongAxis);
}

AxisCone cone_of(const PoseGaussian& gaussian, int axis, double level) {
  const int u = (axis + 1) % 3, v = (axis + 2) % 3;
  // A small turn (.., w_u, w_v) moves the axis by w_v along u and by -w_u along v.
  const auto turns = gaussian.covariance.bottomRightCorner<3, 3>();
  Eigen::Matrix2d moved;
  moved << turns(v, v), -turns(u, v), -turns(u, v), turns(u, u);
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> solver(moved);
  const double quantile = chi_square_quantile(level, 2);
  const Eigen::Vector2d half = (quantile * solver.eigenvalues().cwiseMax(0.0)).cwiseSqrt();
  AxisCone cone;
  cone.axis = axis;
  cone.direction = gaussian.mean.R.col(axis);
  cone.narrowest = std::min(half[0], std::numbers::pi);
  cone.widest = std::min(half[1], std::numbers::pi);
  for (int i = 0; i <= kOutlineParts; ++i) {
    const double angle = 2.0 * std::numbers::pi * (i % kOutlineParts) / kOutlineParts;
    const Eigen::Vector2d reach =
        solver.eigenvectors() * Eigen::Vector2d(half[0] * std::cos(angle), half[1] * std::sin(angle));
    const double tilt = std::min(reach.norm(), std::numbers::pi);
    const Eigen::Vector2d towards = reach.norm() > 0.0 ? reach.normalized() : Eigen::Vector2d::UnitX();
    cone.outline.push_back(std::cos(tilt) * gaussian.mean.R.col(axis) +
                           std::sin(tilt) *
                               (towards[0] * gaussian.mean.R.col(u) + towards[1] * gaussian.mean.R.col(v)));
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
    if (has_cone(group, axis)) {
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
