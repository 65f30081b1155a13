// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/torch/bias_correction.h"

#include <memory>
#include <utility>
#include <vector>

#include "core/nn/quantization/torch/quantizable_conv.h"
#include "core/quant/quantizer.h"

namespace alidade {
namespace {

std::vector<double> flat_values(const torch::Tensor& tensor) {
  const auto plain = tensor.detach().to(torch::kFloat64).contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

/// Takes the mean of what each weight of a convolution is multiplied with, padding included.
class MeanInput : public FakeQuantizer {
 public:
  explicit MeanInput(const QuantizableConvOptions& options)
      : options_(options),
        sum_(torch::zeros({options.in, options.kernel, options.kernel}, torch::kFloat64)) {}

  torch::Tensor quantize(const torch::Tensor& values) override {
    const std::int64_t pad = options_.kernel / 2, stride = options_.stride, kernel = options_.kernel;
    const auto padded = torch::constant_pad_nd(values, {pad, pad, pad, pad});
    const std::int64_t rows = (padded.size(2) - kernel) / stride,
                       columns = (padded.size(3) - kernel) / stride;
    for (std::int64_t y = 0; y < kernel; ++y) {
      for (std::int64_t x = 0; x < kernel; ++x) {
        const auto met =
            padded.slice(2, y, y + rows * stride + 1, stride).slice(3, x, x + columns * stride + 1, stride);
        sum_.select(2, x).select(1, y).add_(met.sum({0, 2, 3}, false, torch::kFloat64));
      }
    }
    count_ += static_cast<double>(values.size(0) * (rows + 1) * (columns + 1));
    return values;
  }

  std::vector<double> mean() const { return flat_values(sum_ / std::max(count_, 1.0)); }

 private:
  QuantizableConvOptions options_;
  torch::Tensor sum_;  ///< [in][kernel][kernel]
  double count_ = 0.0;
};

/// A convolution whose quantizers are away for a while.
struct WatchedConv {
  QuantizableConvImpl* conv = nullptr;
  std::shared_ptr<FakeQuantizer> weight_quantizer, input_quantizer;
  std::shared_ptr<MeanInput> mean;
};

Expected<void> correct_bias(const WatchedConv& watched) {
  QuantizableConvImpl& conv = *watched.conv;
  const auto weight = flat_values(conv.weight),
             used = flat_values(conv.weight_quantizer->quantize(conv.weight));
  const auto rows = static_cast<std::size_t>(conv.options.out);
  const std::vector<double> none(rows, 0.0);
  const auto change = corrected_bias({"weight", weight, rows}, used, watched.mean->mean(), none);
  if (!change) {
    return change.error();
  }
  const auto shift = torch::tensor(*change, torch::kFloat64);
  if (conv.norm) {
    conv.norm->running_mean.sub_(shift);
  } else {
    conv.bias.add_(shift);
  }
  return {};
}

}  // namespace

Expected<void> correct_biases(torch::nn::Module& network, const std::function<void()>& forward) {
  const torch::NoGradGuard no_gradient;
  std::vector<WatchedConv> convs;
  for (const auto& module : network.modules(false)) {
    if (auto* conv = module->as<QuantizableConvImpl>()) {
      convs.push_back({conv, std::exchange(conv->weight_quantizer, nullptr),
                       std::exchange(conv->input_quantizer, nullptr),
                       std::make_shared<MeanInput>(conv->options)});
      conv->input_quantizer = convs.back().mean;
    }
  }
  forward();
  Expected<void> result;
  for (WatchedConv& watched : convs) {
    watched.conv->weight_quantizer = watched.weight_quantizer;
    watched.conv->input_quantizer = watched.input_quantizer;
    if (watched.weight_quantizer && result) {
      result = correct_bias(watched);
    }
  }
  return result;
}

}  // namespace alidade
