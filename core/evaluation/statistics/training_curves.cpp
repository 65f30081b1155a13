// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/statistics/training_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace alidade {
namespace {

constexpr double kMostWeight = 0.9999;
constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::vector<double> smoothed(const std::vector<double>& values, double weight) {
  const double keep = std::isfinite(weight) ? std::clamp(weight, 0.0, kMostWeight) : 0.0;
  std::vector<double> out;
  out.reserve(values.size());
  double mean = 0.0, total = 0.0;
  for (const double value : values) {
    if (!std::isfinite(value)) {
      out.push_back(kGap);
      continue;
    }
    // The mean moves by its share of the new value, which keeps a constant exactly what it is.
    total = keep * total + 1.0;
    mean = keep > 0.0 ? mean + (value - mean) / total : value;
    out.push_back(mean);
  }
  return out;
}

SeedBand band_over_runs(const std::vector<TrainingSeries>& runs) {
  SeedBand band;
  if (runs.empty()) {
    return band;
  }
  std::vector<std::size_t> at(runs.size(), 0);
  for (std::size_t i = 0; i < runs.front().steps.size(); ++i) {
    const double step = runs.front().steps[i];
    double sum = 0.0, low = std::numeric_limits<double>::infinity(), high = -low;
    bool everywhere = true;
    for (std::size_t r = 0; r < runs.size() && everywhere; ++r) {
      const auto& steps = runs[r].steps;
      while (at[r] < steps.size() && steps[at[r]] < step) {
        ++at[r];
      }
      everywhere = at[r] < steps.size() && steps[at[r]] == step && std::isfinite(runs[r].values[at[r]]);
      if (everywhere) {
        const double value = runs[r].values[at[r]];
        sum += value;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
    if (everywhere) {
      band.steps.push_back(step);
      // Rounding must not put the mean of equal values outside of them.
      band.mean.push_back(std::clamp(sum / static_cast<double>(runs.size()), low, high));
      band.low.push_back(low);
      band.high.push_back(high);
    }
  }
  return band;
}

}  // namespace alidade
