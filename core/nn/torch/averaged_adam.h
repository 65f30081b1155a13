// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/nn/torch/averaged_optimizer.h"

namespace alidade {

/// Adam (Kingma and Ba 2015, bias-corrected).
class AveragedAdam final : public AveragedOptimizer {
 public:
  AveragedAdam(torch::nn::Module& model, torch::nn::Module* average)
      : AveragedOptimizer(model, average, {"moment1", "moment2"}) {}

 private:
  void update(int step, double rate) override;
};

}  // namespace alidade
