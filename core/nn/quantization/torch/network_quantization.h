// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/quantization/torch/input_quantizer.h"
#include "core/nn/quantization/torch/weight_quantizer.h"
#include "core/nn/quantization/training_quantization.h"
#include "core/quant/packed_file.h"

namespace alidade {

/// Quantizes the layers of a network while it is trained: weights and inputs of QuantizableConv, weights of
/// torch's linear layers and convolutions. Parameters stay float32 underneath. Goes back to that when it
/// goes.
class NetworkQuantization {
 public:
  /// Nothing is quantized before begin_step. Errors of check_quantization; kUsage naming a weight that no
  /// layer of `network` has. The network must outlive it.
  static Expected<std::unique_ptr<NetworkQuantization>> create(torch::nn::Module& network,
                                                               const TrainingQuantization& how);
  ~NetworkQuantization();

  /// The step sizes of all stages: parameters for an optimizer of their own. Those of later stages have no
  /// gradients yet. None with INQ.
  torch::nn::Module& steps() { return *steps_; }

  /// To be called before the step of this index (from 0): the layers of its stage are quantized from now on,
  /// INQ freezes its shares. Errors of find_scales and freeze_share.
  Expected<void> begin_step(int step);
  /// Whether inputs of quantized layers have no range yet.
  bool needs_ranges() const;
  /// Finds them from what passes while `forward` runs the network.
  Expected<void> find_ranges(const std::function<void()>& forward, ActivationRule rule,
                             double percentile = 99.99);
  /// By the name of the layer; only those that have ranges.
  std::map<std::string, InputQuantization> inputs() const;

  /// All that decides the further steps, besides the network; names begin with `prefix`.
  void put(SafeTensors& file, const std::string& prefix) const;
  /// The inverse, `steps_done` after the begin.
  Expected<void> fill(const SafeTensors& file, int steps_done, const std::string& prefix,
                      const std::string& path);

  /// Gives the parameters of the network their quantized values.
  void write_weights();
  /// A checkpoint of the network with its quantized weights as codes, the ranges of inputs under
  /// kInputQuantizationKey and `label` under "quantization". kFailed while INQ has free weights left; kUsage
  /// for a checkpoint without these weights.
  Expected<PackedCheckpoint> packed(SafeTensors content, const std::string& label);

 private:
  friend class QuantizedPass;

  struct Layer {
    std::string weight_name;
    int stage = 0;
    std::shared_ptr<torch::nn::Module> module;
    torch::Tensor weight;                      ///< the registered parameter
    torch::Tensor* plain_weight = nullptr;     ///< member of one of torch's own layers
    std::shared_ptr<WeightQuantizer> weights;  ///< null: float32
    std::shared_ptr<InputQuantizer> input;     ///< null: float32
    bool begun = false;
  };

  NetworkQuantization(torch::nn::Module& network, const TrainingQuantization& how);
  Expected<void> add_stage(int stage);
  Expected<Layer> make_layer(const std::string& weight, const std::string& levels) const;
  Expected<void> begin_layer(Layer& layer);
  void attach(Layer& layer);
  void detach(Layer& layer);
  Layer* find_layer(const std::string& weight);

  torch::nn::Module& network_;
  TrainingQuantization how_;
  std::vector<Layer> layers_;
  std::shared_ptr<torch::nn::Module> steps_;
};

/// While it lives, torch's own layers compute with quantized weights (QuantizableConv always does). For one
/// forward pass; null = nothing to do.
class QuantizedPass {
 public:
  explicit QuantizedPass(NetworkQuantization* quantization);
  ~QuantizedPass();
  QuantizedPass(const QuantizedPass&) = delete;
  QuantizedPass& operator=(const QuantizedPass&) = delete;

 private:
  NetworkQuantization* quantization_;
};

/// Quantizes inputs of layers for good, as a checkpoint says under kInputQuantizationKey. kUsage naming a
/// layer that `network` does not have.
Expected<void> set_input_quantization(torch::nn::Module& network,
                                      const std::map<std::string, InputQuantization>& inputs);

}  // namespace alidade
