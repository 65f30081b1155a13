// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/pose_check.h"

#include <charconv>
#include <cmath>

#include <Eigen/LU>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

Error pose_problem(const std::string& text) {
  return {ErrorCode::kInput, text};
}

std::string number(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 6).ptr;
  return {buffer, end};
}

/// Place and value of the first element that is not finite; empty when all are.
template <class Matrix>
std::string first_not_finite(const Matrix& matrix) {
  for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
    for (Eigen::Index column = 0; column < matrix.cols(); ++column) {
      if (!std::isfinite(matrix(row, column))) {
        return number(matrix(row, column)) + " in row " + std::to_string(row + 1) + ", column " +
               std::to_string(column + 1);
      }
    }
  }
  return {};
}

/// The rotation part without its scale; `deviation` of the result is set.
Expected<CheckedPose> split_rotation(const Eigen::Matrix3d& matrix, bool allow_scale) {
  // Numbers near the ends of the double range would overflow in the determinant.
  const double largest = matrix.cwiseAbs().maxCoeff();
  const double determinant = largest > 0.0 ? (matrix / largest).determinant() : 0.0;
  if (determinant < 0.0) {
    return pose_problem("expected a rotation, found a reflection (its determinant is negative)");
  }
  const double scale = largest * std::cbrt(determinant);
  if (!std::isnormal(scale)) {
    return pose_problem("expected a rotation, found a matrix whose determinant is 0");
  }
  CheckedPose checked;
  checked.scale = allow_scale ? scale : 1.0;
  checked.pose.R = project_to_so3(matrix / checked.scale, &checked.deviation);
  if (checked.deviation <= kRotationTolerance) {
    return checked;
  }
  double rigid_deviation = 0.0;
  project_to_so3(matrix / scale, &rigid_deviation);
  if (!allow_scale && rigid_deviation <= kRotationTolerance) {
    return pose_problem("expected a rotation without scale, found one scaled by " + number(scale));
  }
  return pose_problem("expected a rotation, found a matrix " + number(checked.deviation) +
                 " away from the nearest one (Frobenius norm; at most " + number(kRotationTolerance) +
                 " is repaired)");
}

}  // namespace

Expected<CheckedPose> check_pose(const Eigen::Matrix4d& pose, bool allow_scale) {
  if (const std::string found = first_not_finite(pose); !found.empty()) {
    return pose_problem("expected finite numbers in the pose, found " + found);
  }
  const Eigen::RowVector4d last(0.0, 0.0, 0.0, 1.0);
  if ((pose.row(3) - last).cwiseAbs().maxCoeff() > kRotationRounding) {
    return pose_problem("expected 0 0 0 1 in the pose's last row, found " + number(pose(3, 0)) + " " +
                   number(pose(3, 1)) + " " + number(pose(3, 2)) + " " + number(pose(3, 3)));
  }
  auto checked = split_rotation(pose.topLeftCorner<3, 3>(), allow_scale);
  if (checked) {
    checked->pose.t = pose.topRightCorner<3, 1>();
  }
  return checked;
}

Expected<CheckedPose> check_pose(const Eigen::Matrix3d& rotation, const Eigen::Vector3d& translation,
                                 bool allow_scale) {
  if (const std::string found = first_not_finite(rotation); !found.empty()) {
    return pose_problem("expected finite numbers in the rotation, found " + found);
  }
  if (const std::string found = first_not_finite(translation); !found.empty()) {
    return pose_problem("expected finite numbers in the translation, found " + found);
  }
  auto checked = split_rotation(rotation, allow_scale);
  if (checked) {
    checked->pose.t = translation;
  }
  return checked;
}

}  // namespace alidade
