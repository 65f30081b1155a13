// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <span>

#include <Eigen/Core>

#include "core/detection/rules.h"
#include "core/geometry/box_upright.h"

namespace alidade {

/// The box that the outputs `raw` (box_outputs(form) of them) say at `location` (metres: voxel coordinate
/// times voxel size, no half voxel added). Sides are exp(raw). Rotated: S = e3 + e4, q = exp(|raw6, raw7|),
/// w = S / (1 + q), l = S q / (1 + q), yaw = atan2(raw6, raw7) / 2; the height is e5, by the reference e4 +
/// e5 (left over from FCAF3D's distances to faces). Both angle outputs 0: yaw 0; q beyond all numbers: w = 0.
UprightBox decode_box(std::span<const double> raw, const Eigen::Vector3d& location, BoxForm form,
                      DetectorRules rules);

/// The derivative by `raw` of a function whose derivative by the box is `gradient`. Finite where both angle
/// outputs are 0: the direction of yaw and the ratio of the sides then have none.
std::array<double, kMostBoxOutputs> decode_gradient(std::span<const double> raw, BoxForm form,
                                                    DetectorRules rules, const BoxGradient& gradient);

}  // namespace alidade
