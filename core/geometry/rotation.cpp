// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/rotation.h"

#include <cmath>

#include <Eigen/SVD>

namespace alidade {
namespace {

/// Twice the axial vector of the skew part of R: 2 sin(angle) times the rotation axis.
Eigen::Vector3d axial_vector(const Eigen::Matrix3d& R) {
  return {R(2, 1) - R(1, 2), R(0, 2) - R(2, 0), R(1, 0) - R(0, 1)};
}

/// The unit coordinate axis with the smallest component along `v` (the first of equals).
Eigen::Vector3d least_aligned_axis(const Eigen::Vector3d& v) {
  Eigen::Index index = 0;
  v.cwiseAbs().minCoeff(&index);
  return Eigen::Vector3d::Unit(index);
}

/// Unit vector along `v`, or zero when `v` has no usable direction.
Eigen::Vector3d direction_or_zero(const Eigen::Vector3d& v) {
  const double largest = v.cwiseAbs().maxCoeff();
  if (!v.allFinite() || !(largest > 1e-150)) {
    return Eigen::Vector3d::Zero();
  }
  return (v / largest).normalized();
}

/// Part of the unit vector `v` orthogonal to the unit vector `n`, normalized; zero when (almost) parallel.
Eigen::Vector3d orthogonal_direction(const Eigen::Vector3d& v, const Eigen::Vector3d& n) {
  constexpr double kParallel = 1e-12;
  Eigen::Vector3d rest = v - n * n.dot(v);
  if (!(rest.norm() > kParallel)) {
    return Eigen::Vector3d::Zero();
  }
  rest.normalize();
  // A second pass removes the rounding error that cancellation leaves for nearly parallel vectors.
  return (rest - n * n.dot(rest)).normalized();
}

}  // namespace

Eigen::Matrix3d rotation_about(const Eigen::Vector3d& axis, double angle) {
  return Eigen::AngleAxisd(angle, axis).toRotationMatrix();
}

double rotation_angle(const Eigen::Matrix3d& R) {
  return std::atan2(axial_vector(R).norm(), R.trace() - 1.0);
}

double geodesic_distance(const Eigen::Matrix3d& A, const Eigen::Matrix3d& B) {
  return rotation_angle(A.transpose() * B);
}

Eigen::Matrix3d project_to_so3(const Eigen::Matrix3d& M, double* deviation) {
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(M, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Vector3d signs = Eigen::Vector3d::Ones();
  if ((svd.matrixU() * svd.matrixV().transpose()).determinant() < 0.0) {
    signs.z() = -1.0;
  }
  const Eigen::Matrix3d R = svd.matrixU() * signs.asDiagonal() * svd.matrixV().transpose();
  if (deviation != nullptr) {
    *deviation = (M - R).norm();
  }
  return R;
}

std::array<double, 4> quat_wxyz_from_rotation(const Eigen::Matrix3d& R) {
  const Eigen::Quaterniond q = Eigen::Quaterniond(R).normalized();
  std::array<double, 4> wxyz = {q.w(), q.x(), q.y(), q.z()};
  // Half turns have w = 0: there the first component that is not zero decides, so that the result is unique.
  for (const double value : wxyz) {
    if (value > 0.0) {
      break;
    }
    if (value < 0.0) {
      for (double& component : wxyz) {
        component = -component;
      }
      break;
    }
  }
  return wxyz;
}

Eigen::Matrix3d rotation_from_quat_wxyz(const std::array<double, 4>& q) {
  Eigen::Vector4d v(q[0], q[1], q[2], q[3]);
  v /= v.cwiseAbs().maxCoeff();
  v.normalize();
  return Eigen::Quaterniond(v[0], v[1], v[2], v[3]).toRotationMatrix();
}

Eigen::Matrix<double, 6, 1> sixd_from_rotation(const Eigen::Matrix3d& R, SixDOrder order) {
  Eigen::Matrix<double, 6, 1> sixd;
  if (order == SixDOrder::kXY) {
    sixd << R.col(0), R.col(1);
  } else {
    sixd << R.col(1), R.col(0);
  }
  return sixd;
}

Eigen::Matrix3d rotation_from_sixd(const Eigen::Matrix<double, 6, 1>& sixd, SixDOrder order) {
  const int first_column = order == SixDOrder::kXY ? 0 : 1;
  Eigen::Vector3d first = direction_or_zero(sixd.head<3>());
  Eigen::Vector3d second = direction_or_zero(sixd.tail<3>());
  if (first.isZero(0.0)) {
    first = second.isZero(0.0) ? Eigen::Vector3d::Unit(first_column).eval()
                               : orthogonal_direction(least_aligned_axis(second), second);
  }
  second = orthogonal_direction(second, first);
  if (second.isZero(0.0)) {
    second = orthogonal_direction(least_aligned_axis(first), first);
  }
  Eigen::Matrix3d R;
  R.col(first_column) = first;
  R.col(1 - first_column) = second;
  R.col(2) = R.col(0).cross(R.col(1)).normalized();
  return R;
}

}  // namespace alidade
