// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/symmetry_center.h"

#include <algorithm>

#include <Eigen/Geometry>
#include <Eigen/QR>

namespace alidade {

Eigen::Vector3d symmetry_center(const SymmetryGroup& group) {
  const auto rows = static_cast<Eigen::Index>(3 * (group.finite.size() + group.axes.size()));
  Eigen::MatrixXd left(rows, 3);
  Eigen::VectorXd right(rows);
  Eigen::Index at = 0;
  for (const Rigid3& element : group.finite) {
    left.middleRows<3>(at) = Eigen::Matrix3d::Identity() - element.R;
    right.segment<3>(at) = element.t;
    at += 3;
  }
  for (const SymmetryAxis& axis : group.axes) {
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - axis.axis * axis.axis.transpose();
    left.middleRows<3>(at) = across;
    right.segment<3>(at) = across * axis.offset;
    at += 3;
  }
  return left.completeOrthogonalDecomposition().solve(right);
}

Eigen::Matrix<double, 3, Eigen::Dynamic> visible_turns(const SymmetryGroup& group) {
  constexpr double kParallel = 1e-9;
  if (group.any) {
    return Eigen::Matrix<double, 3, Eigen::Dynamic>(3, 0);
  }
  if (group.axes.empty()) {
    return Eigen::Matrix3d::Identity();
  }
  const Eigen::Vector3d& axis = group.axes.front().axis;
  if (std::any_of(group.axes.begin(), group.axes.end(),
                  [&](const SymmetryAxis& other) { return axis.cross(other.axis).norm() > kParallel; })) {
    return Eigen::Matrix<double, 3, Eigen::Dynamic>(3, 0);
  }
  Eigen::Matrix<double, 3, Eigen::Dynamic> turns(3, 2);
  turns.col(0) = axis.unitOrthogonal();
  turns.col(1) = axis.cross(turns.col(0));
  return turns;
}

}  // namespace alidade
