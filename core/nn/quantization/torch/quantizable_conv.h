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
  explicit QuantizableConvImpl(const QuantizableConvOptions& options);
  /// Images [batch][in][height][width].
  torch::Tensor forward(const torch::Tensor& input);
  /// Makes weight and bias do what the norm did with its running statistics; the norm is gone then.
  void fold();

  QuantizableConvOptions options;
  torch::Tensor weight;  ///< [out][in][kernel][kernel]
  torch::Tensor bias;    ///< [out]; undefined where there is a norm
  torch::nn::BatchNorm2d norm{nullptr};
  std::shared_ptr<FakeQuantizer> weight_quantizer, input_quantizer;  ///< null = float32
};
TORCH_MODULE(QuantizableConv);

}  // namespace alidade
