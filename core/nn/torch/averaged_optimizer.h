// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <torch/torch.h>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/training/gradient_hook.h"

namespace alidade {

/// An optimizer with gradient clipping and, where asked for, an exponential average of the weights. Our own,
/// so that what it remembers goes into the resumable state under the names of the parameters.
class AveragedOptimizer {
 public:
  virtual ~AveragedOptimizer() = default;

  void zero_gradients();
  /// Adds the gradients that there are, for as long as they are not computed anew; names begin with `prefix`.
  void list_gradients(std::vector<NamedGradient>& list, const std::string& prefix = {});
  double squared_gradient_norm() const;
  void scale_gradients(double factor);
  /// Scales the gradients down to a norm of `limit`; returns the norm before.
  double clip_gradients(double limit);
  /// One step of index `step` (from 0), then the average: min(decay, (1 + step) / (10 + step)).
  void step(int step, double rate, double decay);

  /// Names begin with `prefix`.
  void put(SafeTensors& file, const std::string& prefix = {}) const;
  Expected<void> fill(const SafeTensors& file, const std::string& path, const std::string& prefix = {});

 protected:
  /// One number remembered for each of the parameters'.
  struct Memory {
    std::string name;  ///< in the state, before the parameter's
    std::vector<torch::Tensor> of_parameter;
  };

  /// Both modules must be alike; `average` becomes a copy of `model`. Null = no average. Memories are 0.
  AveragedOptimizer(torch::nn::Module& model, torch::nn::Module* average,
                    const std::vector<std::string>& memories);
  /// Changes the parameters that have gradients.
  virtual void update(int step, double rate) = 0;

  std::vector<torch::Tensor>& parameters() { return parameters_; }
  std::vector<torch::Tensor>& memory(std::size_t index) { return memories_[index].of_parameter; }

 private:
  torch::nn::Module& model_;
  torch::nn::Module* average_;
  std::vector<std::string> names_;  ///< of parameters_
  std::vector<torch::Tensor> parameters_;
  std::vector<Memory> memories_;
};

}  // namespace alidade
