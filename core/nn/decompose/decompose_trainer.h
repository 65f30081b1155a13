// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/decompose/decompose_network.h"
#include "core/nn/decompose/decompose_weights.h"
#include "core/nn/quantization/training_quantization.h"
#include "core/quant/packed_file.h"
#include "core/training/cyclic_rate.h"
#include "core/training/gradient_hook.h"
#include "core/training/trainer.h"

namespace alidade {

/// How a DecomPose network is trained (Sec. 6.1).
struct DecomposeTraining {
  std::uint64_t seed = 0;
  int batch = 48;
  int steps = 4000;
  CyclicRate rate;
  double gradient_clip = 10.0;
  DecomposeWeights weights;
  double turn_rad = 0.35;    ///< augmentation: greatest turn about each axis
  double scale_range = 0.2;  ///< factors 1 - range to 1 + range
  double jitter_m = 0.001;   ///< of each point, standard deviation
};

/// Optimizes a DecomPose network with Adam. A step is a pure function of (state, step index).
class DecomposeTrainer {
 public:
  /// As DecomposeNetwork::create, weights from training.seed.
  DecomposeTrainer(const DecomposeConfig& config, const DecomposeTraining& training,
                   std::shared_ptr<ImageEncoder> encoder);
  ~DecomposeTrainer();

  /// Goes on with the weights of another network. kUsage for one of another configuration.
  Expected<void> start_from(DecomposeNetwork& network);
  /// Batch norms keep their statistics from now on.
  void freeze_norms();
  /// Weights are quantized while they are trained from now on, and have their quantized values after the last
  /// step. Before the first step; the stages have as many steps as the training. Errors of
  /// check_quantization; kUsage for weights that there are not.
  Expected<void> quantize(const TrainingQuantization& how);
  /// The network as codes, after the last step of a quantized training.
  Expected<PackedCheckpoint> packed(const std::string& training_json, const std::string& label) const;

  int step() const;
  /// One step; every sample must have a route. On an Error the weights are unchanged.
  Expected<StepReport> train(const std::vector<const DecomposeSample*>& batch);
  /// Losses of samples as they are.
  NamedValues evaluate(const std::vector<const DecomposeSample*>& batch);
  /// Shows the gradients of every further step; null = to nobody. Not owned.
  void set_gradient_hook(GradientHook* hook);

  SafeTensors state() const;
  Expected<void> restore(const SafeTensors& state, const std::string& file);

  /// The network as it is now; the trainer goes on with it. Statistics of batch norm are fixed between steps.
  DecomposeNetwork& network();
  const DecomposeNetwork& network() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
