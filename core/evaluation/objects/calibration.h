// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

namespace alidade {

/// The nominal levels that the calibration protocols make a column of: "pose_90", "rotation_90",
/// "translation_90".
inline constexpr std::array<double, 4> kCalibrationLevels{0.5, 0.8, 0.9, 0.95};

/// What the ids of their curves begin with: coverage (shares) over the nominal level (percent).
inline constexpr const char* kCalibrationCurve = "calibration_";

}  // namespace alidade
