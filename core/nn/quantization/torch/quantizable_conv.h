// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include "core/nn/quantization/torch/fake_quantizer.h"

namespace alidade {

struct QuantizableConvOptions {
  int in = 0, out = 0, kernel = 3, stride = 1;  ///< padding kernel / 2
  bool norm = true;                             ///< batch norm behind it, the convolution then has no bias
  bool relu = true;
};

/// Convolution, batch norm, ReLU: what networks that shall be quantized are made of. Parameters "weight" and
/// "bias" of the convolution, "norm.*". With quantizers set, its input and its weight are fake-quantized.
struct QuantizableConvImpl : torch::nn::Module {
  /// Weights after He et al. 2015 from torch's generator, biases 0.
  explicit QuantizableConvImpl(const QuantizableConvOptions& options);
  /// Images [batch][in][height][width]. The norm takes the statistics of the batch while training ("live"),
  /// unless `frozen_norm`.
  torch::Tensor forward(const torch::Tensor& input);
  /// Makes weight and bias do what the norm did with its running statistics; the norm is gone then. Nothing
  /// where there is none. Optimizers made before hold parameters that are no longer used.
  void fold();

  QuantizableConvOptions options;
  torch::Tensor weight;  ///< [out][in][kernel][kernel]
  torch::Tensor bias;    ///< [out]; undefined where there is a norm
  torch::nn::BatchNorm2d norm{nullptr};
  /// The norm uses, and leaves alone, its running statistics while training too; its weight and bias still
  /// learn.
  bool frozen_norm = false;
  /// The gradient shall have derivatives itself: slower once, much faster twice.
  bool twice_differentiable = false;
  std::shared_ptr<FakeQuantizer> weight_quantizer, input_quantizer;  ///< null = float32
};
TORCH_MODULE(QuantizableConv);

/// Sets frozen_norm of every QuantizableConv in `network`.
void freeze_norms(torch::nn::Module& network, bool frozen);
/// Sets twice_differentiable of every QuantizableConv in `network`.
void set_twice_differentiable(torch::nn::Module& network, bool twice);
/// Folds every QuantizableConv in `network`.
void fold_norms(torch::nn::Module& network);

}  // namespace alidade
