// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/torch/input_quantizer.h"

#include <algorithm>
#include <cmath>

#include <torch/torch.h>

#include "core/nn/quantization/torch/learned_step_function.h"
#include "core/nn/torch/checkpoint.h"
#include "core/quant/learned_step.h"

namespace alidade {

InputQuantizer::InputQuantizer(int bits, bool learns)
    : range_{0.0F, 0, bits}, step_(torch::ones({1}).set_requires_grad(learns)), learns_(learns) {}

torch::Tensor InputQuantizer::quantize(const torch::Tensor& values) {
  if (observes_) {
    const auto plain = values.detach().contiguous();
    sample_.add({plain.data_ptr<float>(), static_cast<std::size_t>(plain.numel())});
    sees_weights_ = sees_weights_ || values.requires_grad();
    return values;
  }
  if (!has_range()) {
    return values;
  }
  const double low = -range_.zero, high = std::ldexp(1.0, range_.bits) - 1.0 - range_.zero;
  const auto features = static_cast<std::size_t>(values.numel() / std::max<std::int64_t>(1, values.size(0)));
  return learned_step(values, values.requires_grad() ? step_ : step_.detach(),
                      {static_cast<float>(low), static_cast<float>(high), false},
                      step_gradient_scale(features, {low, std::max(high, 1.0)}));
}

void InputQuantizer::observe() {
  sample_ = {};
  observes_ = true;
  sees_weights_ = false;
}

Expected<void> InputQuantizer::settle(ActivationRule rule, double percentile) {
  observes_ = false;
  const auto range =
      activation_range(sample_, {range_.bits, sees_weights_ ? rule : ActivationRule::kLargest, percentile});
  sample_ = {};
  if (!range) {
    return range.error();
  }
  set(*range);
  return {};
}

void InputQuantizer::set(const InputQuantization& range) {
  const torch::NoGradGuard no_gradient;
  range_ = range;
  step_.fill_(range.scale);
}

InputQuantization InputQuantizer::range() const {
  return {has_range() ? step_.item<float>() : 0.0F, range_.zero, range_.bits};
}

void InputQuantizer::advance() {
  const torch::NoGradGuard no_gradient;
  step_.clamp_min_(kLeastStep);
}

void InputQuantizer::put(SafeTensors& file, const std::string& prefix) const {
  put_tensor(file, prefix + "step", step_);
  put_tensor(file, prefix + "zero", torch::full({1}, range_.zero, torch::kInt64));
  put_tensor(file, prefix + "has_range", torch::full({1}, has_range() ? 1 : 0, torch::kInt64));
}

Expected<void> InputQuantizer::fill(const SafeTensors& file, const std::string& prefix,
                                    const std::string& path) {
  auto zero = torch::zeros({1}, torch::kInt64), known = torch::zeros({1}, torch::kInt64);
  for (auto got :
       {get_tensor(file, prefix + "step", step_, path), get_tensor(file, prefix + "zero", zero, path),
        get_tensor(file, prefix + "has_range", known, path)}) {
    if (!got) {
      return got;
    }
  }
  const auto last = static_cast<std::int64_t>(std::ldexp(1.0, range_.bits)) - 1;
  range_.zero = static_cast<int>(std::clamp<std::int64_t>(zero.item<std::int64_t>(), 0, last));
  range_.scale = known.item<std::int64_t>() != 0 ? 1.0F : 0.0F;
  return {};
}

}  // namespace alidade
