// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <torch/torch.h>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/quantization/torch/network_quantization.h"
#include "core/nn/torch/averaged_optimizer.h"

namespace alidade {

/// Puts torch's own batch norms in `network` into evaluation mode: statistics are fixed, weight and bias
/// learn. To be called after every train().
void hold_batch_norms(torch::nn::Module& network);

/// What a trainer needs beside itself to train quantized weights: the quantization and the optimizer of its
/// step sizes. In a step: begin_step, forward within a QuantizedPass, backward, update.
class QuantizedTraining {
 public:
  using MakeOptimizer = std::function<std::unique_ptr<AveragedOptimizer>(torch::nn::Module&)>;

  /// Errors of NetworkQuantization::create. Step sizes learn at `how.step_rate` times the rate of the
  /// weights.
  static Expected<std::unique_ptr<QuantizedTraining>> create(torch::nn::Module& network,
                                                             const TrainingQuantization& how,
                                                             const MakeOptimizer& make);

  NetworkQuantization& network() { return *network_; }
  /// As TrainingQuantization has it.
  double rate_factor(int step) const { return how_.rate_factor(step); }
  /// As NetworkQuantization::begin_step; where LSQ learns ranges of inputs, they start from what `forward`
  /// shows. Forgets the gradients of the step before.
  Expected<void> begin_step(int step, const std::function<void()>& forward);
  /// One step of the step sizes, their gradients clipped like those of the weights.
  void update(int step, double rate, double clip);
  /// After the last step: freezes what INQ has left, finds ranges of inputs that have none yet (INQ), and
  /// writes the quantized weights into the network.
  Expected<void> finish(const std::function<void()>& forward);

  void put(SafeTensors& file) const;
  Expected<void> fill(const SafeTensors& file, int steps_done, const std::string& path);

 private:
  QuantizedTraining(std::unique_ptr<NetworkQuantization> network, const TrainingQuantization& how,
                    std::unique_ptr<AveragedOptimizer> optimizer);

  TrainingQuantization how_;
  std::unique_ptr<NetworkQuantization> network_;
  std::unique_ptr<AveragedOptimizer> optimizer_;
};

}  // namespace alidade
