// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/nn/torch/averaged_optimizer.h"

namespace alidade {

/// Gradient descent with momentum: v = momentum v + gradient + weight_decay w, w = w - rate v.
class MomentumSgd final : public AveragedOptimizer {
 public:
  MomentumSgd(torch::nn::Module& model, torch::nn::Module* average, double momentum, double weight_decay)
      : AveragedOptimizer(model, average, {"velocity"}), momentum_(momentum), weight_decay_(weight_decay) {}

 private:
  void update(int step, double rate) override;

  double momentum_, weight_decay_;
};

}  // namespace alidade
