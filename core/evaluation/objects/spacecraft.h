// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/geometry/rigid.h"

namespace alidade {

/// Errors of the satellite pose estimation challenges (Kisantal et al., SPEC 2019; Park et al., SPEED+).
struct SpacecraftErrors {
  double position = 0.0;     ///< |dt| / |t|, relative
  double orientation = 0.0;  ///< 2 acos |<q, q'>|, radians; computed accurately near 0 and pi
  double score() const { return position + orientation; }
};

/// SPEED: both errors as they are. The true distance must not be 0.
SpacecraftErrors speed_errors(const Rigid3& truth, const Rigid3& estimate);

/// Below these SPEED+ takes an error for that of its measurements and counts 0.
constexpr double kSpeedPlusPosition = 2.173e-3;
constexpr double kSpeedPlusOrientationDeg = 0.169;

/// SPEED+: errors strictly below the thresholds count 0.
SpacecraftErrors speed_plus_errors(const Rigid3& truth, const Rigid3& estimate);

}  // namespace alidade
