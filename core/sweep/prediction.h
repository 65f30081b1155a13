// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/results/quantization_sweep.h"
#include "core/sweep/monotone_fit.h"
#include "core/sweep/sweep_numbers.h"

namespace alidade {

/// What the summed loss (MQAT Eq. 2) says about a metric, and how well.
struct SweepPrediction {
  std::optional<FallingFit> fit;  ///< judged metric over predicted loss
  std::optional<double>
      spearman;              ///< of predicted loss and measured drop: 1 = the prediction orders them right
  std::size_t networks = 0;  ///< quantized and retrained ones that both are known of
  /// Networks that the prediction puts on the frontier of this cost, and those of them that measurement finds
  /// dominated.
  std::size_t on_frontier = 0, of_these_dominated = 0;
};

/// Post-training points count nowhere: retraining is what the others have and they have not. Full precision
/// gives the fit its beginning.
SweepPrediction predict_metric(const QuantizationSweep& sweep, const std::string& metric, SweepCost cost);

}  // namespace alidade
