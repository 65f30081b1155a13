// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

namespace alidade {

/// A rigid transform x_to = R x_from + t, named `to_from_from` at the point of use
/// (`cam_from_obj`). Translation in metres; R is a rotation (readers project onto SO(3)).
struct Rigid3 {
  Eigen::Matrix3d R = Eigen::Matrix3d::Identity();
  Eigen::Vector3d t = Eigen::Vector3d::Zero();

  Eigen::Vector3d operator*(const Eigen::Vector3d& x) const { return R * x + t; }
  Rigid3 operator*(const Rigid3& other) const { return {R * other.R, R * other.t + t}; }
  Rigid3 inverse() const { return {R.transpose(), -(R.transpose() * t)}; }
};

}  // namespace alidade
