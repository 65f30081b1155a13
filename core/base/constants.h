// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>
#include <numbers>

namespace alidade {

inline constexpr double kPi = std::numbers::pi;
inline constexpr double kRadiansPerDegree = std::numbers::pi / 180.0;
inline constexpr double kDegreesPerRadian = 180.0 / std::numbers::pi;
inline constexpr double kMetresPerCentimetre = 0.01;
inline constexpr double kMetresPerMillimetre = 1e-3;
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace alidade
