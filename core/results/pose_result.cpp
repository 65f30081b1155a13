// SPDX-License-Identifier: BSD-3-Clause
#include "core/results/pose_result.h"

namespace alidade {

const PoseEstimate* PoseResult::find(std::size_t frame, int instance) const {
  for (const auto& estimate : estimates) {
    if (estimate.frame == frame && estimate.instance == instance) {
      return &estimate;
    }
  }
  return nullptr;
}

}  // namespace alidade
