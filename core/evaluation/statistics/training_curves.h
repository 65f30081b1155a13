// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/results/training_history.h"

namespace alidade {

/// Exponential moving average with bias correction (Kingma and Ba 2015, section 3): over the finite values
/// v_1 .. v_n so far, sum_i weight^(n-i) v_i / sum_i weight^(n-i). A gap (not finite) stays a gap and does
/// not count. `weight` is clamped to [0, 0.9999]; 0 gives the values themselves. A constant stays what it is.
std::vector<double> smoothed(const std::vector<double>& values, double weight);

/// Several runs of one arm, as in Fig. 4 of the score-scaling paper.
struct SeedBand {
  std::vector<double> steps;
  std::vector<double> mean, low, high;  ///< per step; low and high are the least and the greatest
};

/// Mean, least and greatest over the runs at the steps where every one of them has a finite value: where a
/// run has not come to yet, the mean would jump.
SeedBand band_over_runs(const std::vector<TrainingSeries>& runs);

}  // namespace alidade
