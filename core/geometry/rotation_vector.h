// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

namespace alidade {

/// log R: unit axis times angle, the angle in [0, pi] radians. At pi either direction of the axis is as good.
Eigen::Vector3d rotation_vector(const Eigen::Matrix3d& R);

/// exp v: the turn about v by |v| radians.
Eigen::Matrix3d rotation_of_vector(const Eigen::Vector3d& v);

}  // namespace alidade
