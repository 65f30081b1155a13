// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/nn/torch/averaged_optimizer.h"

namespace alidade {

/// AdamW (Loshchilov and Hutter 2019): weights first shrink by the factor 1 - rate weight_decay, then take a
/// step of Adam, bias-corrected.
class AdamW final : public AveragedOptimizer {
 public:
  AdamW(torch::nn::Module& model, double weight_decay)
      : AveragedOptimizer(model, nullptr, {"moment1", "moment2"}), weight_decay_(weight_decay) {}

 private:
  void update(int step, double rate) override;

  double weight_decay_;
};

}  // namespace alidade
