// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/quantization/torch/loss_hessian.h"

#include <algorithm>
#include <utility>

namespace alidade {
namespace {

/// A probe cut into tensors of the weights' shapes.
std::vector<torch::Tensor> probe_tensors(std::span<const double> probe,
                                         const std::vector<torch::Tensor>& weights) {
  std::vector<torch::Tensor> parts;
  std::size_t at = 0;
  for (const torch::Tensor& weight : weights) {
    auto part = torch::empty(weight.sizes());
    const auto count = static_cast<std::size_t>(weight.numel());
    std::transform(probe.begin() + static_cast<std::ptrdiff_t>(at),
                   probe.begin() + static_cast<std::ptrdiff_t>(at + count), part.data_ptr<float>(),
                   [](double value) { return static_cast<float>(value); });
    at += count;
    parts.push_back(part);
  }
  return parts;
}

}  // namespace

HessianProduct loss_hessian(const torch::Tensor& loss, std::vector<torch::Tensor> weights) {
  auto gradients = torch::autograd::grad({loss}, weights, {}, true, true, true);
  // Weights that the loss does not reach have no gradient, and no curvature.
  std::vector<std::size_t> reached;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    if (gradients[i].defined() && gradients[i].requires_grad()) {
      reached.push_back(i);
    }
  }
  return [weights = std::move(weights), gradients = std::move(gradients),
          reached = std::move(reached)](std::span<const double> probe) -> Expected<std::vector<double>> {
    const auto parts = probe_tensors(probe, weights);
    std::vector<torch::Tensor> outputs, directions;
    for (const std::size_t i : reached) {
      outputs.push_back(gradients[i]);
      directions.push_back(parts[i]);
    }
    const auto images = torch::autograd::grad(outputs, weights, directions, true, false, true);
    std::vector<double> image;
    image.reserve(probe.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto plain = images[i].defined() ? images[i].contiguous() : torch::zeros_like(weights[i]);
      image.insert(image.end(), plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel());
    }
    return image;
  };
}

}  // namespace alidade
