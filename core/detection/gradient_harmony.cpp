// SPDX-License-Identifier: BSD-3-Clause
#include "core/detection/gradient_harmony.h"

#include <algorithm>
#include <numeric>

namespace alidade {
namespace {

constexpr double kPublishedEpsilon = 1e-8;

/// 2 a b / (a^2 + b^2), whatever the size of both.
double balance(double a, double b) {
  const double greater = std::max(a, b);
  if (!(greater > 0.0)) {
    return 1.0;
  }
  const double ratio = std::min(a, b) / greater;
  return 2.0 * ratio / (ratio * ratio + 1.0);
}

double pair_balance(double a, double b, DetectorRules rules) {
  return rules == DetectorRules::kReference ? 2.0 * a * b / (a * a + b * b + kPublishedEpsilon)
                                            : balance(a, b);
}

double scale_to(double target, double norm, DetectorRules rules) {
  if (rules == DetectorRules::kReference) {
    return target / (norm + kPublishedEpsilon);
  }
  return norm > 0.0 ? target / norm : 1.0;
}

}  // namespace

GradientHarmony harmonize(std::span<const double> norms, double threshold, DetectorRules rules) {
  GradientHarmony harmony;
  const std::size_t count = norms.size();
  harmony.scales.assign(count, 1.0);
  if (count < 2) {
    harmony.target = count == 0 ? 0.0 : norms[0];
    return harmony;
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) {
      sum += 2.0 * pair_balance(norms[i], norms[j], rules);
    }
  }
  const auto total = static_cast<double>(count);
  harmony.psi = sum / (total * (total - 1.0));
  harmony.target = std::accumulate(norms.begin(), norms.end(), 0.0) / total;
  harmony.triggered = harmony.psi < threshold;
  for (std::size_t k = 0; harmony.triggered && k < count; ++k) {
    harmony.scales[k] = scale_to(harmony.target, norms[k], rules);
  }
  return harmony;
}

}  // namespace alidade
