// SPDX-License-Identifier: BSD-3-Clause
#include "core/sweep/prediction.h"

#include <cmath>

#include "core/evaluation/statistics/rank_correlation.h"
#include "core/sweep/dominance.h"

namespace alidade {

SweepPrediction predict_metric(const QuantizationSweep& sweep, const std::string& metric, SweepCost cost) {
  SweepPrediction prediction;
  std::vector<double> losses, values, drops, quantized_losses, worth, costs;
  for (const SweepPoint& point : sweep.points) {
    const double value = value_of(point, metric), loss = point.predicted_loss;
    if (point.method == SweepMethod::kPostTraining || !std::isfinite(value) || !std::isfinite(loss)) {
      continue;
    }
    losses.push_back(loss);
    values.push_back(value);
    if (point.method != SweepMethod::kFullPrecision) {
      quantized_losses.push_back(loss);
      drops.push_back(-value);
      worth.push_back(-loss);
      costs.push_back(burden_of(point, cost));
    }
  }
  prediction.networks = drops.size();
  prediction.fit = FallingFit::through(losses, values);
  prediction.spearman = rank_correlation(quantized_losses, drops);
  std::vector<double> measured;
  for (const double drop : drops) {
    measured.push_back(-drop);
  }
  const std::vector<bool> predicted = undominated(costs, worth), found = undominated(costs, measured);
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    prediction.on_frontier += predicted[i] ? 1 : 0;
    prediction.of_these_dominated += predicted[i] && !found[i] ? 1 : 0;
  }
  return prediction;
}

}  // namespace alidade
