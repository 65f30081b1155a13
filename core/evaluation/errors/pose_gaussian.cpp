// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/pose_gaussian.h"

#include <cmath>

#include "core/geometry/rotation_vector.h"

namespace alidade {
namespace {

constexpr int kMostRounds = 50;
constexpr double kSettled = 1e-12;  // radians and metres

}  // namespace

PoseStep pose_step(const Rigid3& a, const Rigid3& b, const Eigen::Vector3d& point) {
  PoseStep step;
  step.head<3>() = a.R.transpose() * (b * point - a * point);
  step.tail<3>() = rotation_vector(a.R.transpose() * b.R);
  return step;
}

Rigid3 stepped_pose(const Rigid3& a, const PoseStep& step, const Eigen::Vector3d& point) {
  const Eigen::Matrix3d R = a.R * rotation_of_vector(step.tail<3>());
  return {R, a * point + a.R * step.head<3>() - R * point};
}

Rigid3 folded_pose(const Rigid3& reference, const Rigid3& pose, const SymmetryGroup& group,
                   const Eigen::Vector3d& point) {
  if (group.any) {
    return {reference.R, pose * point - reference.R * point};
  }
  return group.trivial() ? pose : nearest_equivalent(reference, pose, group);
}

double PoseGaussian::rotation_spread() const {
  return std::sqrt(covariance.bottomRightCorner<3, 3>().trace());
}

double PoseGaussian::translation_spread() const {
  return std::sqrt(covariance.topLeftCorner<3, 3>().trace());
}

PoseGaussian pose_gaussian(std::span<const Rigid3> poses, const SymmetryGroup& group, const Rigid3& start,
                           const Eigen::Vector3d& point) {
  PoseGaussian gaussian{start, PoseCovariance::Zero(), point, poses.size()};
  if (poses.empty()) {
    return gaussian;
  }
  const auto step_to = [&](const Rigid3& pose) {
    return pose_step(gaussian.mean, folded_pose(gaussian.mean, pose, group, point), point);
  };
  for (int round = 0; round < kMostRounds; ++round) {
    PoseStep shift = PoseStep::Zero();
    for (const Rigid3& pose : poses) {
      shift += step_to(pose);
    }
    shift /= static_cast<double>(poses.size());
    gaussian.mean = stepped_pose(gaussian.mean, shift, point);
    if (!(shift.cwiseAbs().maxCoeff() > kSettled)) {
      break;
    }
  }
  for (const Rigid3& pose : poses) {
    const PoseStep step = step_to(pose);
    gaussian.covariance += step * step.transpose();
  }
  if (poses.size() > 1) {
    gaussian.covariance /= static_cast<double>(poses.size() - 1);
  }
  return gaussian;
}

}  // namespace alidade
