// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/torch/twice_differentiable_conv.h"

#include <array>

#include <torch/torch.h>

namespace alidade {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Gradients by input and weight of the convolution whose result has the gradient `gradient`.
std::array<torch::Tensor, 2> conv_gradients(const torch::Tensor& gradient, const torch::Tensor& input,
                                            const torch::Tensor& weight, std::int64_t stride,
                                            std::int64_t padding, bool by_input, bool by_weight) {
  auto [to_input, to_weight, to_bias] =
      at::convolution_backward(gradient, input, weight, c10::nullopt, {stride, stride}, {padding, padding},
                               {1, 1}, false, {0, 0}, 1, {by_input, by_weight, false});
  return {to_input, to_weight};
}

/// The first derivatives as a function that has derivatives itself: both are bilinear.
struct ConvGradients : torch::autograd::Function<ConvGradients> {
  static variable_list forward(AutogradContext* context, const torch::Tensor& gradient,
                               const torch::Tensor& input, const torch::Tensor& weight, std::int64_t stride,
                               std::int64_t padding, bool by_input) {
    context->save_for_backward({gradient, input, weight});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    const auto [to_input, to_weight] =
        conv_gradients(gradient, input, weight, stride, padding, by_input, true);
    return {by_input ? to_input : torch::zeros({0}), to_weight};
  }

  static variable_list backward(AutogradContext* context, const variable_list& directions) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &gradient = saved[0], &input = saved[1], &weight = saved[2];
    const std::int64_t stride = context->saved_data["stride"].toInt(),
                       padding = context->saved_data["padding"].toInt();
    // Nothing came for what was not asked for.
    const bool has_input = directions[0].defined() && directions[0].numel() > 0;
    const bool has_weight = directions[1].defined();
    torch::Tensor to_gradient, to_input, to_weight;
    if (has_weight) {
      to_gradient = torch::conv2d(input, directions[1], {}, stride, padding);
    }
    if (has_input) {
      const auto part = torch::conv2d(directions[0], weight, {}, stride, padding);
      to_gradient = to_gradient.defined() ? to_gradient + part : part;
    }
    const bool by_input = has_weight && context->needs_input_grad(1);
    if (by_input || has_input) {
      const auto parts =
          conv_gradients(gradient, has_input ? directions[0] : input, has_weight ? directions[1] : weight,
                         stride, padding, by_input, has_input);
      to_input = parts[0];
      to_weight = parts[1];
    }
    return {to_gradient, to_input, to_weight, {}, {}, {}};
  }
};

struct TwiceDifferentiableConv : torch::autograd::Function<TwiceDifferentiableConv> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& input,
                               const torch::Tensor& weight, std::int64_t stride, std::int64_t padding) {
    context->save_for_backward({input, weight});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    return torch::conv2d(input, weight, {}, stride, padding);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const bool by_input = context->needs_input_grad(0);
    const auto parts =
        ConvGradients::apply(gradients[0], saved[0], saved[1], context->saved_data["stride"].toInt(),
                             context->saved_data["padding"].toInt(), by_input);
    return {by_input ? parts[0] : torch::Tensor(), parts[1], {}, {}};
  }
};

}  // namespace

torch::Tensor twice_differentiable_conv2d(const torch::Tensor& input, const torch::Tensor& weight,
                                          const torch::Tensor& bias, std::int64_t stride,
                                          std::int64_t padding) {
  const auto out = TwiceDifferentiableConv::apply(input, weight, stride, padding);
  return bias.defined() ? out + bias.view({1, -1, 1, 1}) : out;
}

}  // namespace alidade
