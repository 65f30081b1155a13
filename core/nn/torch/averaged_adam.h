// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/nn/torch/averaged_optimizer.h"

namespace alidade {

/// Adam (Kingma and Ba 2015, bias-corrected); with `weight_decay` AdamW (Loshchilov and Hutter 2019): weights
/// first shrink by the factor 1 - rate weight_decay.
class AveragedAdam final : public AveragedOptimizer {
 public:
  AveragedAdam(torch::nn::Module& model, torch::nn::Module* average, double weight_decay = 0.0)
      : AveragedOptimizer(model, average, {"moment1", "moment2"}), weight_decay_(weight_decay) {}

 private:
  void update(int step, double rate) override;

  double weight_decay_;
};

}  // namespace alidade
