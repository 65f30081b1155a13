// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/keypoint/keypoint_augmentation.h"
#include "core/nn/keypoint/keypoint_loss.h"
#include "core/nn/keypoint/keypoint_network.h"
#include "core/nn/quantization/training_quantization.h"
#include "core/quant/packed_file.h"
#include "core/training/gradient_hook.h"
#include "core/training/step_rate.h"
#include "core/training/trainer.h"

namespace alidade {

enum class KeypointOptimizer { kAdam, kSgd };

/// How a keypoint network is trained.
struct KeypointTraining {
  std::uint64_t seed = 0;
  int batch = 32;
  int steps = 6000;
  KeypointOptimizer optimizer = KeypointOptimizer::kAdam;
  double momentum = 0.9;      ///< of SGD
  double weight_decay = 0.0;  ///< of SGD
  StepRate rate;
  double gradient_clip = 5.0;
  /// Share of the steps in which norms take the statistics of the batch; from then on they are frozen at
  /// their running ones.
  double live_norm_share = 0.7;
  double average_decay = 0.0;  ///< of the average of the weights, which is then the result; 0 = none
  KeypointLoss loss;
  KeypointAugmentation augmentation;
};

/// Optimizes a keypoint network. A step is a pure function of (state, step index).
class KeypointTrainer {
 public:
  /// Goes on with the weights of `network`.
  KeypointTrainer(std::unique_ptr<KeypointNetwork> network, const KeypointTraining& training);
  ~KeypointTrainer();

  /// Weights, and inputs of layers where asked for, are quantized while they are trained from now on. Before the
  /// first step; the stages have as many steps as the training. Errors of check_quantization; kUsage for weights
  /// that there are not and with an average, which no quantizer knows of. The last step gives the weights their
  /// quantized values, finds ranges of inputs that are not known yet on its batch, and tells the network.
  Expected<void> quantize(const TrainingQuantization& how);
  /// The network as codes, after the last step of a quantized training.
  Expected<PackedCheckpoint> packed(const std::string& training_json, const std::string& label) const;

  int step() const;
  /// One step. On an Error the weights are unchanged.
  Expected<StepReport> train(const std::vector<const KeypointSample*>& batch);
  /// Losses of samples as they are, by the network as it is to be used.
  NamedValues evaluate(const std::vector<const KeypointSample*>& batch);
  /// Shows the gradients of every further step; null = to nobody. Not owned.
  void set_gradient_hook(GradientHook* hook);

  SafeTensors state() const;
  Expected<void> restore(const SafeTensors& state, const std::string& file);

  /// The network as it is to be used now: the average where there is one. The trainer goes on with it.
  KeypointNetwork& network();
  const KeypointNetwork& network() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
