// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/torch/network_field.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace alidade {

NetworkScoreField::NetworkScoreField(PoseNetwork::Impl& impl,
                                     std::shared_ptr<const PoseNetwork::Features> features)
    : impl_(impl), features_(std::move(features)), sde_{impl.config.sigma_min, impl.config.sigma_max} {
  const torch::NoGradGuard no_gradient;
  ScoreHeadImpl& head = *impl.model->score_head;
  pose1_ = head.pose1->weight.detach().t();
  pose2_ = head.pose2->weight.detach().t();
  pose_layer_ = head.pose_layer->weight.detach().t();
  pose1_bias_ = head.pose1->bias.detach();
  pose2_bias_ = head.pose2->bias.detach();
  const std::int64_t width = impl.config.head_width;
  last_ = torch::zeros({3 * width, 9});
  last_bias_ = torch::empty({9});
  for (int i = 0; i < 3; ++i) {
    const auto& layer = head.last->at<torch::nn::LinearImpl>(i);
    last_.slice(0, i * width, (i + 1) * width).slice(1, 3 * i, 3 * i + 3).copy_(layer.weight.t());
    last_bias_.slice(0, 3 * i, 3 * i + 3).copy_(layer.bias);
  }
  if (impl.config.precondition) {
    const float* variance = impl.model->data_variance.data_ptr<float>();
    variance_.assign(variance, variance + 9);
  }
}

void NetworkScoreField::reserve(std::int64_t count) {
  if (x_.defined() && x_.size(0) == count) {
    return;
  }
  x_ = torch::empty({count, 9});
  first_ = torch::empty({count, impl_.config.pose_width});
  second_ = torch::empty({count, impl_.config.pose_width});
  hidden_ = torch::empty({count, 3 * impl_.config.head_width});
  output_ = torch::empty({count, 9});
}

/// What features and times add to the hidden layer [times, 3 * head_width].
torch::Tensor NetworkScoreField::time_rows(std::span<const double> times) const {
  ScoreHeadImpl& head = *impl_.model->score_head;
  auto time = torch::empty({static_cast<std::int64_t>(times.size()), 1});
  std::copy(times.begin(), times.end(), time.data_ptr<float>());
  const auto angle = time * head.frequencies * (2.0 * std::numbers::pi);
  const auto inner = torch::relu(head.time1(torch::cat({angle.sin(), angle.cos()}, -1)));
  return torch::addmm(features_->projected, inner, head.time_layer->weight.t());
}

void NetworkScoreField::evaluate(std::span<const double> states, double t, std::span<double> scores) {
  evaluate_each(states, {&t, 1}, scores);
}

void NetworkScoreField::evaluate_each(std::span<const double> states, std::span<const double> times,
                                      std::span<double> scores) {
  const torch::NoGradGuard no_gradient;
  const std::size_t count = states.size() / 9;
  if (count == 0) {
    return;
  }
  reserve(static_cast<std::int64_t>(count));
  const bool together = times.size() == 1;
  float* x = x_.data_ptr<float>();
  for (std::size_t i = 0; i < count; ++i) {
    const auto sigma = static_cast<float>(sde_.sigma(times[together ? 0 : i]));
    for (std::size_t d = 0; d < 9; ++d) {
      const auto value = static_cast<float>(states[9 * i + d]);
      x[9 * i + d] = variance_.empty() ? value : value / std::sqrt(sigma * sigma + variance_[d]);
    }
  }
  torch::addmm_out(first_, pose1_bias_, x_, pose1_).relu_();
  torch::addmm_out(second_, pose2_bias_, first_, pose2_).relu_();
  torch::addmm_out(hidden_, time_rows(times), second_, pose_layer_).relu_();
  torch::addmm_out(output_, last_bias_, hidden_, last_);
  const float* output = output_.data_ptr<float>();
  for (std::size_t i = 0; i < count; ++i) {
    const auto sigma = static_cast<float>(sde_.sigma(times[together ? 0 : i]));
    for (std::size_t d = 0; d < 9; ++d) {
      const float value = output[9 * i + d];
      if (variance_.empty()) {
        scores[9 * i + d] = value / (sigma + 1e-7f);
      } else {
        // D(x) = c_skip x + c_out F(c_in x), score = (D - x) / sigma^2, without the cancellation.
        const float total = sigma * sigma + variance_[d];
        scores[9 * i + d] =
            std::sqrt(variance_[d] / total) * value / sigma - static_cast<float>(states[9 * i + d]) / total;
      }
    }
  }
}

}  // namespace alidade
