// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace alidade {

/// Learning rate that falls by a factor at milestones, after a warm-up on a straight line.
struct StepRate {
  double base = 1e-3;
  double factor = 0.1;             ///< at each milestone
  std::vector<double> milestones;  ///< shares of the steps: 1/3, 2/3, 5/6 for epochs 10, 20, 25 of 30
  int warm_up = 0;                 ///< steps
  std::int64_t steps = 1;          ///< of the whole training

  /// The rate of step index `step` (from 0).
  double at(std::int64_t step) const {
    double rate = base;
    for (const double share : milestones) {
      rate *= static_cast<double>(step) >= share * static_cast<double>(steps) ? factor : 1.0;
    }
    const double warmth = warm_up > 0 ? static_cast<double>(step + 1) / static_cast<double>(warm_up) : 1.0;
    return rate * std::min(1.0, warmth);
  }
};

}  // namespace alidade
