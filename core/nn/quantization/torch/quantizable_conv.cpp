// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/torch/quantizable_conv.h"

#include <torch/torch.h>

#include "core/nn/quantization/torch/twice_differentiable_conv.h"

namespace alidade {
namespace {

template <class Change>
void for_each_conv(torch::nn::Module& network, Change&& change) {
  // False: a root that lives on the stack has no shared owner; it is looked at below.
  for (const auto& module : network.modules(false)) {
    if (auto* conv = module->as<QuantizableConvImpl>()) {
      change(*conv);
    }
  }
  if (auto* conv = network.as<QuantizableConvImpl>()) {
    change(*conv);
  }
}

}  // namespace

QuantizableConvImpl::QuantizableConvImpl(const QuantizableConvOptions& how) : options(how) {
  weight = register_parameter("weight", torch::empty({how.out, how.in, how.kernel, how.kernel}));
  if (how.relu) {
    torch::nn::init::kaiming_normal_(weight, 0.0, torch::kFanIn, torch::kReLU);
  } else {
    torch::nn::init::kaiming_normal_(weight, 0.0, torch::kFanIn, torch::kLinear);
  }
  if (how.norm) {
    norm = register_module("norm", torch::nn::BatchNorm2d(how.out));
  } else {
    bias = register_parameter("bias", torch::zeros({how.out}));
  }
}

torch::Tensor QuantizableConvImpl::forward(const torch::Tensor& input) {
  const auto used_input = input_quantizer ? input_quantizer->quantize(input) : input;
  const auto used_weight = weight_quantizer ? weight_quantizer->quantize(weight) : weight;
  const std::int64_t padding = options.kernel / 2;
  auto out = twice_differentiable
                 ? twice_differentiable_conv2d(used_input, used_weight, bias, options.stride, padding)
                 : torch::conv2d(used_input, used_weight, bias, options.stride, padding);
  if (norm) {
    out = torch::batch_norm(out, norm->weight, norm->bias, norm->running_mean, norm->running_var,
                            is_training() && !frozen_norm, norm->options.momentum().value(),
                            norm->options.eps(), false);
  }
  // In place: neither the convolution nor the norm needs its own result for gradients.
  return options.relu ? out.relu_() : out;
}

void QuantizableConvImpl::fold() {
  if (!norm) {
    return;
  }
  const torch::NoGradGuard no_gradient;
  const auto wide = [](const torch::Tensor& x) { return x.to(torch::kFloat64); };
  const auto factor = wide(norm->weight) / (wide(norm->running_var) + norm->options.eps()).sqrt();
  weight.copy_(wide(weight) * factor.view({-1, 1, 1, 1}));
  const auto shift = wide(norm->bias) - wide(norm->running_mean) * factor;
  bias = register_parameter("bias", shift.to(torch::kFloat32));
  unregister_module("norm");
  norm = nullptr;
  options.norm = false;
}

void freeze_norms(torch::nn::Module& network, bool frozen) {
  for_each_conv(network, [&](QuantizableConvImpl& conv) { conv.frozen_norm = frozen; });
}

void set_twice_differentiable(torch::nn::Module& network, bool twice) {
  for_each_conv(network, [&](QuantizableConvImpl& conv) { conv.twice_differentiable = twice; });
}

void fold_norms(torch::nn::Module& network) {
  for_each_conv(network, [](QuantizableConvImpl& conv) { conv.fold(); });
}

}  // namespace alidade
