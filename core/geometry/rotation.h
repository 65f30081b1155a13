// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include <Eigen/Core>
#include <Eigen/Geometry>

namespace alidade {

/// Rotation by `angle` radians about the unit vector `axis`.
Eigen::Matrix3d rotation_about(const Eigen::Vector3d& axis, double angle);

/// Angle of R in [0, pi], accurate near 0 and pi (atan2 of the skew part and the trace).
double rotation_angle(const Eigen::Matrix3d& R);

/// Geodesic distance angle(A^T B) in [0, pi] radians.
double geodesic_distance(const Eigen::Matrix3d& A, const Eigen::Matrix3d& B);

/// Nearest rotation in the Frobenius norm (SVD, determinant +1). `deviation`, when given, receives
/// the Frobenius norm of the difference. The matrix must be finite.
Eigen::Matrix3d project_to_so3(const Eigen::Matrix3d& M, double* deviation = nullptr);

/// Quaternion (w, x, y, z) with w >= 0.
std::array<double, 4> quat_wxyz_from_rotation(const Eigen::Matrix3d& R);
/// Rotation of a quaternion (w, x, y, z) of any non-zero length.
Eigen::Matrix3d rotation_from_quat_wxyz(const std::array<double, 4>& q);

/// Which two columns of R a 6D representation stores, first one exact after Gram-Schmidt.
enum class SixDOrder {
  kXY,  ///< columns 0 and 1; GenPose
  kYX,  ///< columns 1 and 0: the symmetry axis y stays exact
};

/// The six numbers of `R` in the given order.
Eigen::Matrix<double, 6, 1> sixd_from_rotation(const Eigen::Matrix3d& R, SixDOrder order);
/// Gram-Schmidt decode (Zhou et al., CVPR 2019). Degenerate input (parallel or zero vectors) gives
/// a rotation all the same: the missing direction is chosen along the least aligned axis.
Eigen::Matrix3d rotation_from_sixd(const Eigen::Matrix<double, 6, 1>& sixd, SixDOrder order);

}  // namespace alidade
