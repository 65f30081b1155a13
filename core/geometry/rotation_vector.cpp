// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/rotation_vector.h"

#include <cmath>

#include "core/geometry/rotation.h"

namespace alidade {

Eigen::Vector3d rotation_vector(const Eigen::Matrix3d& R) {
  const auto wxyz = quat_wxyz_from_rotation(R);
  const Eigen::Vector3d imaginary(wxyz[1], wxyz[2], wxyz[3]);
  const double sine = imaginary.norm();
  if (sine < 1e-12) {
    return 2.0 * imaginary;
  }
  return imaginary * (2.0 * std::atan2(sine, wxyz[0]) / sine);
}

Eigen::Matrix3d rotation_of_vector(const Eigen::Vector3d& v) {
  const double half = 0.5 * v.norm();
  const double factor = half < 1e-12 ? 0.5 : 0.5 * std::sin(half) / half;
  return rotation_from_quat_wxyz({std::cos(half), factor * v.x(), factor * v.y(), factor * v.z()});
}

}  // namespace alidade
