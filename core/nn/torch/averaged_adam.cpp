// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torch/averaged_adam.h"

#include <cmath>

namespace alidade {

void AveragedAdam::update(int step, double rate) {
  constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
  const double correction1 = 1.0 - std::pow(kBeta1, step + 1), correction2 = 1.0 - std::pow(kBeta2, step + 1);
  auto &first_moment = memory(0), &second_moment = memory(1);
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    const auto gradient = parameters()[i].grad();
    if (!gradient.defined()) {
      continue;
    }
    first_moment[i].mul_(kBeta1).add_(gradient, 1.0 - kBeta1);
    second_moment[i].mul_(kBeta2).addcmul_(gradient, gradient, 1.0 - kBeta2);
    parameters()[i].addcdiv_(first_moment[i], (second_moment[i] / correction2).sqrt_().add_(kEpsilon),
                             -rate / correction1);
  }
}

}  // namespace alidade
