// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torch/momentum_sgd.h"

namespace alidade {

void MomentumSgd::update(int, double rate) {
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    torch::Tensor &weights = parameters()[i], &velocity = memory(0)[i];
    const auto gradient = weights.grad();
    if (!gradient.defined()) {
      continue;
    }
    velocity.mul_(momentum_).add_(gradient);
    if (weight_decay_ > 0.0) {
      velocity.add_(weights, weight_decay_);
    }
    weights.add_(velocity, -rate);
  }
}

}  // namespace alidade
