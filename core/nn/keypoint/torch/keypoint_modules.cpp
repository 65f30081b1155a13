// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/torch/keypoint_modules.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "core/nn/keypoint/keypoint_outputs.h"

namespace alidade {
namespace {

constexpr int kLaterals = 3;  // strides 8, 16, 32
/// What a fresh network takes for the share of cells that show the object: without it the many empty cells
/// drive the first steps.
constexpr double kStartingObjectness = 0.05;

/// The module at the end of a dotted path below `root`; those on the way are made where they are missing.
torch::nn::Module& module_at(torch::nn::Module& root, const std::string& path) {
  torch::nn::Module* here = &root;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    const auto children = here->named_children();
    here = children.contains(name) ? children[name].get()
                                   : here->register_module(name, std::make_shared<torch::nn::Module>()).get();
    begin = end + 1;
  }
  return *here;
}

struct TensorOps {
  torch::Tensor convolve(NamedConvolution& one, const torch::Tensor& input) {
    return one.convolution->forward(input);
  }
  torch::Tensor add(const std::string&, const torch::Tensor& a, const torch::Tensor& b, bool relu) {
    const auto sum = a + b;
    return relu ? torch::relu(sum) : sum;
  }
  torch::Tensor upsample(const std::string&, const torch::Tensor& input) {
    return torch::upsample_nearest2d(input, {2 * input.size(2), 2 * input.size(3)});
  }
};

}  // namespace

KeypointModuleImpl::KeypointModuleImpl(const KeypointConfig& config) {
  make_backbone(config);
  make_pyramid(config);
  make_head(config);
}

NamedConvolution KeypointModuleImpl::make(const std::string& name, QuantizableConvOptions options) {
  const std::size_t dot = name.rfind('.');
  QuantizableConv convolution(options);
  module_at(*this, name.substr(0, dot)).register_module(name.substr(dot + 1), convolution);
  return {name, std::move(convolution)};
}

void KeypointModuleImpl::make_backbone(const KeypointConfig& config) {
  int width = 3;
  stages_.resize(config.widths.size());
  const auto one = [&](const std::string& name, int out, int kernel, int stride, bool relu = true) {
    QuantizableConvOptions options{width, out, kernel, stride, config.norm, relu};
    width = out;
    return make(name, options);
  };
  if (config.stem_width > 0) {
    stages_[0].push_back({"backbone.stem", {one("backbone.stem", config.stem_width, 3, 1)}});
  }
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const std::string stage = "backbone.stage" + std::to_string(i + 1);
    const int full = config.widths[i];
    stages_[i].push_back({stage + ".down", {one(stage + ".down", full, 3, 2)}});
    for (int b = 1; b <= config.blocks[i]; ++b) {
      const std::string name = stage + ".block" + std::to_string(b);
      KeypointUnit unit{
          name, {}, config.block != KeypointBlock::kPlain, config.block == KeypointBlock::kResidual};
      switch (config.block) {
        case KeypointBlock::kPlain:
          unit.convolutions = {one(name, full, 3, 1)};
          break;
        case KeypointBlock::kResidual:
          unit.convolutions.push_back(one(name + ".first", full, 3, 1));
          unit.convolutions.push_back(one(name + ".second", full, 3, 1, false));
          break;
        case KeypointBlock::kBottleneck:
          unit.convolutions.push_back(one(name + ".first", std::max(1, full / 2), 1, 1));
          unit.convolutions.push_back(one(name + ".second", full, 3, 1));
          break;
      }
      stages_[i].push_back(std::move(unit));
    }
  }
}

void KeypointModuleImpl::make_pyramid(const KeypointConfig& config) {
  const int width = config.pyramid_width;
  for (int i = 0; i < kLaterals; ++i) {
    const int in = config.widths[config.widths.size() - kLaterals + i];
    lateral_.push_back(make("pyramid.lateral" + std::to_string(i + 3), {in, width, 1, 1, config.norm, true}));
  }
  for (int level = 0; level < config.levels; ++level) {
    const bool beyond = level >= kLaterals;
    const std::string name = (beyond ? "pyramid.coarse" : "pyramid.smooth") + std::to_string(level + 3);
    (beyond ? coarse_ : smooth_).push_back(make(name, {width, width, 3, beyond ? 2 : 1, config.norm, true}));
  }
}

void KeypointModuleImpl::make_head(const KeypointConfig& config) {
  int width = config.pyramid_width;
  for (int i = 1; i <= config.head_depth; ++i) {
    head_.push_back(make("head.layer" + std::to_string(i), {width, config.head_width, 3, 1, false, true}));
    width = config.head_width;
  }
  head_.push_back(make("head.out", {width, kKeypointChannels, 1, 1, false, false}));
  QuantizableConv& last = head_.back().convolution;
  const torch::NoGradGuard no_gradient;
  last->weight.mul_(0.1);
  last->bias[0] = std::log(kStartingObjectness / (1.0 - kStartingObjectness));
}

std::vector<torch::Tensor> KeypointModuleImpl::forward(const torch::Tensor& images) {
  TensorOps ops;
  return run(ops, images);
}

}  // namespace alidade
