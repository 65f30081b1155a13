// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/so3_statistics.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Eigenvalues>

#include "core/geometry/rotation.h"

namespace alidade {

Eigen::Matrix3d mean_rotation(std::span<const Eigen::Matrix3d> rotations) {
  if (rotations.empty()) {
    return Eigen::Matrix3d::Identity();
  }
  Eigen::Matrix4d sum = Eigen::Matrix4d::Zero();
  for (const Eigen::Matrix3d& R : rotations) {
    const std::array<double, 4> wxyz = quat_wxyz_from_rotation(R);
    const Eigen::Map<const Eigen::Vector4d> q(wxyz.data());
    sum += q * q.transpose();
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix4d> solver(sum);
  const Eigen::Vector4d q = solver.eigenvectors().col(3);  // eigenvalues come in rising order
  return rotation_from_quat_wxyz({q[0], q[1], q[2], q[3]});
}

Rigid3 mean_pose(std::span<const Rigid3> poses) {
  Rigid3 mean;
  if (poses.empty()) {
    return mean;
  }
  std::vector<Eigen::Matrix3d> rotations;
  rotations.reserve(poses.size());
  for (const Rigid3& pose : poses) {
    rotations.push_back(pose.R);
    mean.t += pose.t;
  }
  mean.R = mean_rotation(rotations);
  mean.t /= static_cast<double>(poses.size());
  return mean;
}

double rotation_spread(std::span<const Rigid3> poses, const Eigen::Matrix3d& center,
                       const SymmetryGroup& group) {
  if (poses.empty()) {
    return 0.0;
  }
  double sum = 0.0;
  for (const Rigid3& pose : poses) {
    sum += symmetric_rotation_distance(center, pose.R, group);
  }
  return sum / static_cast<double>(poses.size());
}

double mode_coverage(std::span<const Rigid3> poses, const Rigid3& truth, const SymmetryGroup& group,
                     int steps, double radius) {
  if (group.any) {
    return poses.empty() ? 0.0 : 1.0;
  }
  const std::vector<Rigid3> elements = enumerate_symmetries(group, steps);
  // The trace of the relative rotation is 1 + 2 cos(angle): most poses are far and need no angle.
  const double least_trace = 1.0 + 2.0 * std::cos(std::min(radius, std::numbers::pi)) - 1e-6;
  const auto covered = std::count_if(elements.begin(), elements.end(), [&](const Rigid3& element) {
    const Eigen::Matrix3d mode = truth.R * element.R;
    return std::any_of(poses.begin(), poses.end(), [&](const Rigid3& pose) {
      return mode.cwiseProduct(pose.R).sum() >= least_trace && geodesic_distance(mode, pose.R) <= radius;
    });
  });
  return static_cast<double>(covered) / static_cast<double>(elements.size());
}

double outlier_share(std::span<const Rigid3> poses, const Rigid3& truth, const SymmetryGroup& group,
                     double radius) {
  if (poses.empty()) {
    return 0.0;
  }
  const auto outliers = std::count_if(poses.begin(), poses.end(), [&](const Rigid3& pose) {
    return symmetric_rotation_distance(truth.R, pose.R, group) > radius;
  });
  return static_cast<double>(outliers) / static_cast<double>(poses.size());
}

Eigen::Matrix3d uniform_rotation(double u1, double u2, double u3) {
  const double a = 2.0 * std::numbers::pi * u2;
  const double b = 2.0 * std::numbers::pi * u3;
  const double r = std::sqrt(1.0 - u1);
  const double s = std::sqrt(u1);
  return rotation_from_quat_wxyz({s * std::cos(b), r * std::sin(a), r * std::cos(a), s * std::sin(b)});
}

}  // namespace alidade
