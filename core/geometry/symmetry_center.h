// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

#include "core/geometry/symmetry.h"

namespace alidade {

/// The point of the object frame that every element leaves in place, nearest to the origin; metres. Where it
/// lies does not depend on which of its equivalents describes a pose.
Eigen::Vector3d symmetry_center(const SymmetryGroup& group);

/// The rotations about the object's axes that are no symmetry, as orthonormal columns: three, the two across
/// the axis of a continuous symmetry, or none (a sphere, or several axes).
Eigen::Matrix<double, 3, Eigen::Dynamic> visible_turns(const SymmetryGroup& group);

}  // namespace alidade
