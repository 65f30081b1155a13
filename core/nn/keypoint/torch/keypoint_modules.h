// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/nn/keypoint/keypoint_network.h"
#include "core/nn/quantization/torch/quantizable_conv.h"

namespace alidade {

/// A convolution of the network under its name: "backbone.stage3.down".
struct NamedConvolution {
  std::string name;
  QuantizableConv convolution{nullptr};
};

/// Convolutions one after the other, perhaps with a way around them.
struct KeypointUnit {
  std::string name;
  std::vector<NamedConvolution> convolutions;
  bool around = false;      ///< what comes in is added
  bool relu_after = false;  ///< and a ReLU is behind that
};

/// The whole network: "backbone", "pyramid", "head". The head has no norms: all levels share it, and their
/// statistics differ.
struct KeypointModuleImpl : torch::nn::Module {
  explicit KeypointModuleImpl(const KeypointConfig& config);

  /// One result per level for images [B, 3, H, W], values 0 to 1: [B, 17, H / stride, W / stride].
  std::vector<torch::Tensor> forward(const torch::Tensor& images);

  /// The topology, whatever the values are: `ops` has convolve(NamedConvolution&, value), add(name, a, b,
  /// relu) and upsample(name, value).
  template <class Ops, class Value>
  std::vector<Value> run(Ops& ops, const Value& image);

 private:
  NamedConvolution make(const std::string& name, QuantizableConvOptions options);
  void make_backbone(const KeypointConfig& config);
  void make_pyramid(const KeypointConfig& config);
  void make_head(const KeypointConfig& config);

  std::vector<std::vector<KeypointUnit>> stages_;  ///< of stride 2, 4, 8, 16, 32; a stem is in the first
  std::vector<NamedConvolution> lateral_;          ///< of strides 8, 16, 32
  std::vector<NamedConvolution> smooth_;           ///< of the levels up to stride 32
  std::vector<NamedConvolution> coarse_;           ///< of stride 2, for the levels beyond
  std::vector<NamedConvolution> head_;
};
TORCH_MODULE(KeypointModule);

template <class Ops, class Value>
std::vector<Value> KeypointModuleImpl::run(Ops& ops, const Value& image) {
  Value x = image;
  std::vector<Value> features;  // of stride 8, 16, 32
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
    for (KeypointUnit& unit : stages_[stage]) {
      const Value before = x;
      for (NamedConvolution& one : unit.convolutions) {
        x = ops.convolve(one, x);
      }
      x = unit.around ? ops.add(unit.name + ".sum", x, before, unit.relu_after) : x;
    }
    if (level_stride(static_cast<int>(features.size())) == 2 << stage) {
      features.push_back(x);
    }
  }
  std::vector<Value> merged(lateral_.size());
  for (std::size_t i = lateral_.size(); i-- > 0;) {
    merged[i] = ops.convolve(lateral_[i], features[i]);
    if (i + 1 < lateral_.size()) {
      const std::string name = "pyramid.level" + std::to_string(i + 3);
      merged[i] = ops.add(name + ".sum", merged[i], ops.upsample(name + ".up", merged[i + 1]), false);
    }
  }
  std::vector<Value> levels;
  for (std::size_t i = 0; i < smooth_.size(); ++i) {
    levels.push_back(ops.convolve(smooth_[i], merged[i]));
  }
  for (NamedConvolution& one : coarse_) {
    levels.push_back(ops.convolve(one, levels.back()));
  }
  for (Value& level : levels) {
    for (NamedConvolution& one : head_) {
      level = ops.convolve(one, level);
    }
  }
  return levels;
}

struct KeypointNetwork::Impl {
  KeypointConfig config;
  KeypointModule module{nullptr};
  std::map<std::string, InputQuantization> inputs;  ///< of layers, by name
};

}  // namespace alidade
