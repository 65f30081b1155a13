// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/nn/keypoint/keypoint_config.h"

namespace alidade {

/// What training minimizes.
struct KeypointLoss {
  double objectness = 1.0, keypoints = 5.0;  ///< weights in the total
  /// Cross entropy of each cell times |target - probability|^focal: focal loss for targets between 0 and 1
  /// (Li et al. 2020); 0 = plain cross entropy.
  double focal = 2.0;
  KeypointError error = KeypointError::kPixels;
  /// Where smooth L1 turns from square to straight, share of the apparent size or diameter (WDR: 1 / 50).
  double smooth = 0.02;

  bool operator==(const KeypointLoss&) const = default;
};

}  // namespace alidade
