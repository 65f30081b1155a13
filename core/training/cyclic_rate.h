// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace alidade {

/// Triangular cyclical learning rate (Smith 2017; DecomPose Sec. 6.1).
struct CyclicRate {
  double base = 2e-5;
  double maximum = 5e-4;
  std::int64_t step_up = 20000;    ///< steps from base to maximum, at least 1
  std::int64_t step_down = 20000;  ///< and back, at least 1

  /// The rate of step index `step` (from 0).
  double at(std::int64_t step) const {
    const std::int64_t within = step % (step_up + step_down);
    const double share = within <= step_up ? static_cast<double>(within) / static_cast<double>(step_up)
                                           : static_cast<double>(step_up + step_down - within) /
                                                 static_cast<double>(step_down);
    return base + (maximum - base) * share;
  }
};

}  // namespace alidade
