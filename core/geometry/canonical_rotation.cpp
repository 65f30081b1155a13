// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/canonical_rotation.h"

#include <cmath>

#include <Eigen/Geometry>

namespace alidade {
namespace {

/// R turned about `axis` (object frame) so that its trace is greatest. With R A(angle), the trace is
/// a^T R a + cos (tr R - a^T R a) + sin * s, s from the skew part of R along the axis.
Eigen::Matrix3d turned_to_greatest_trace(const Eigen::Matrix3d& R, const Eigen::Vector3d& axis) {
  constexpr double kFlat = 1e-12;
  const double cosine = R.trace() - axis.dot(R * axis);
  const Eigen::Vector3d skew(R(1, 2) - R(2, 1), R(2, 0) - R(0, 2), R(0, 1) - R(1, 0));
  const double sine = axis.dot(skew);
  if (std::hypot(cosine, sine) < kFlat) {
    return R;
  }
  return R * Eigen::AngleAxisd(std::atan2(sine, cosine), axis).toRotationMatrix();
}

}  // namespace

Eigen::Matrix3d canonical_rotation(const Eigen::Matrix3d& R, const SymmetryGroup& group) {
  constexpr double kEqual = 1e-9;
  if (group.any) {
    return Eigen::Matrix3d::Identity();
  }
  Eigen::Matrix3d best = R;
  double greatest = -10.0;  // traces begin at -1
  for (const Rigid3& element : group.finite) {
    Eigen::Matrix3d candidate = R * element.R;
    for (const SymmetryAxis& axis : group.axes) {
      candidate = turned_to_greatest_trace(candidate, axis.axis);
    }
    if (candidate.trace() > greatest + kEqual) {
      greatest = candidate.trace();
      best = candidate;
    }
  }
  return best;
}

}  // namespace alidade
