// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/training/gradient_hook.h"

namespace alidade {

/// Adam (Kingma and Ba 2015, bias-corrected) with gradient clipping and, where asked for, an exponential
/// average of the weights. Our own, so that its moments go into the resumable state under the names of their
/// parameters.
class AveragedAdam {
 public:
  /// Both modules must be alike; `average` becomes a copy of `model`. Null = no average.
  AveragedAdam(torch::nn::Module& model, torch::nn::Module* average);

  void zero_gradients();
  /// Adds the gradients that there are, for as long as they are not computed anew; names begin with `prefix`.
  void list_gradients(std::vector<NamedGradient>& list, const std::string& prefix = {});
  double squared_gradient_norm() const;
  void scale_gradients(double factor);
  /// Scales the gradients down to a norm of `limit`; returns the norm before.
  double clip_gradients(double limit);
  /// One step with the bias correction of step index `step` (from 0), then the average:
  /// min(decay, (1 + step) / (10 + step)).
  void step(int step, double rate, double decay);

  /// Names begin with `prefix`.
  void put(SafeTensors& file, const std::string& prefix = {}) const;
  Expected<void> fill(const SafeTensors& file, const std::string& path, const std::string& prefix = {});

 private:
  torch::nn::Module& model_;
  torch::nn::Module* average_;
  std::vector<std::string> names_;  ///< of parameters_
  std::vector<torch::Tensor> parameters_, first_moment_, second_moment_;
};

}  // namespace alidade
