// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// How images are changed while a network learns.
struct KeypointAugmentation {
  double brightness = 0.1;  ///< greatest that is added to all values, which are 0 to 1
  double contrast = 0.3;    ///< factors 1 - contrast to 1 + contrast
  double noise = 0.03;      ///< greatest standard deviation of the noise of an image
  int shift_px = 6;         ///< greatest shift along each axis; the camera's center moves with it

  bool operator==(const KeypointAugmentation&) const = default;
};

}  // namespace alidade
