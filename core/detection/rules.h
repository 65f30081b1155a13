// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>

namespace alidade {

/// Which arithmetic a detector follows. The two are never mixed within one network.
enum class DetectorRules {
  kReference,  ///< the public code with its quirks, for parity with published weights and figures
  kCorrected,  ///< what the formulas mean
};

/// What a head says of a box.
enum class BoxForm {
  kAligned,  ///< 6 numbers: offset of the center (m), logarithms of the sides
  kRotated,  ///< 8 numbers: the same, then sin(2 yaw) ln q and cos(2 yaw) ln q with q the ratio of the sides
};

/// The numbers of a head for one box.
inline constexpr std::size_t box_outputs(BoxForm form) {
  return form == BoxForm::kAligned ? 6 : 8;
}
inline constexpr std::size_t kMostBoxOutputs = 8;

/// Derivatives by x, y, z, w, l, h, yaw of a box; w lies along the box's own x.
using BoxGradient = std::array<double, 7>;

}  // namespace alidade
