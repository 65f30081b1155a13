// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/gradient_projection.h"

#include <numeric>

#include "core/contention/baselines.h"

namespace alidade {

std::vector<double> projection_scales(std::span<const SourceStep> steps, std::uint64_t draw) {
  const std::size_t sources = steps.size();
  std::vector<double> products(sources * sources);
  for (std::size_t i = 0; i < sources; ++i) {
    for (std::size_t j = i; j < sources; ++j) {
      products[i * sources + j] = products[j * sources + i] = std::inner_product(
          steps[i].shared.begin(), steps[i].shared.end(), steps[j].shared.begin(), 0.0,
          [](double sum, double value) { return sum + value; },
          [](float a, float b) { return static_cast<double>(a) * static_cast<double>(b); });
    }
  }
  const CombinedGradients changed =
      project_conflicts(plain_gram(std::move(products), sources), projection_orders(sources, draw));
  std::vector<double> scales = changed.weights;
  for (double& scale : scales) {
    scale *= static_cast<double>(sources);
  }
  return scales;
}

}  // namespace alidade
