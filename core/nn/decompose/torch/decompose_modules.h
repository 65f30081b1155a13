// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/nn/decompose/decompose_network.h"
#include "core/nn/decompose/torch/pose_head.h"

namespace alidade {

/// The answer for B objects.
struct DecomposeOutput {
  Correspondence correspondence;
  PoseTensors pose;
};

/// The whole network; the block that is split has one copy per group, the others one.
struct DecomposeModuleImpl : torch::nn::Module {
  explicit DecomposeModuleImpl(const DecomposeConfig& config);
  DecomposeOutput forward(const DecomposeInputs& inputs);

  torch::nn::ModuleList backbone{nullptr}, correspondence{nullptr}, head{nullptr};
};
TORCH_MODULE(DecomposeModule);

struct DecomposeNetwork::Impl {
  DecomposeConfig config;
  DecomposeModule module{nullptr};
  std::shared_ptr<ImageEncoder> encoder;  ///< null without color
};

}  // namespace alidade
