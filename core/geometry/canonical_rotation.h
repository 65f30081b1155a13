// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

#include "core/geometry/symmetry.h"

namespace alidade {

/// One representative R S of all rotations that look like R: a target that does not depend on which of them
/// somebody annotated. A continuous axis is turned so that the trace is greatest (about y: R00 + R22, as
/// AG-Pose does), of finite elements that with the greatest trace is taken, the first of equal ones. Where
/// every turn gives the same trace R is kept. A group of all rotations gives the identity.
Eigen::Matrix3d canonical_rotation(const Eigen::Matrix3d& R, const SymmetryGroup& group);

}  // namespace alidade
