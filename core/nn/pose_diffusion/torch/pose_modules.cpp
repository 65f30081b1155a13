// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/torch/pose_modules.h"

#include <numbers>

namespace alidade {
namespace {

torch::nn::Linear linear(int in, int out, bool bias = true) {
  return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(bias));
}

/// Batch norm over the last dimension of [B, C, F] or [B, F].
torch::Tensor norm_last(torch::nn::BatchNorm1d& norm, const torch::Tensor& x) {
  return norm->forward(x.reshape({-1, x.size(-1)})).view(x.sizes());
}

torch::Tensor max_pool(const torch::Tensor& x, std::int64_t dimension) {
  return std::get<0>(x.max(dimension));
}

// Variance of an entry of a uniformly random rotation, and of the translation left after subtracting the
// centroid (2 cm, facts measured on the procedural objects).
constexpr double kRotationVariance = 1.0 / 3.0;
constexpr double kTranslationStd_m = 0.02;

}  // namespace

PoseEncoderImpl::PoseEncoderImpl(const PoseNetworkConfig& config) {
  const auto& w = config.widths;
  linear1a = register_module("linear1a", linear(3, w[0]));
  linear1b = register_module("linear1b", linear(w[0], w[1]));
  norm1 = register_module("norm1", torch::nn::BatchNorm1d(w[1]));
  linear2_relative = register_module("linear2_relative", linear(3, w[2]));
  linear2_feature = register_module("linear2_feature", linear(w[1], w[2], false));
  linear2b = register_module("linear2b", linear(w[2], w[3]));
  norm2 = register_module("norm2", torch::nn::BatchNorm1d(w[3]));
  linear3a = register_module("linear3a", linear(3 + w[3], w[4]));
  linear3b = register_module("linear3b", linear(w[4], w[5]));
  norm3 = register_module("norm3", torch::nn::BatchNorm1d(w[5]));
}

torch::Tensor PoseEncoderImpl::forward(const PointBatch& batch) {
  auto x = linear1b(torch::relu(linear1a(batch.relative1)));
  x = torch::relu(norm_last(norm1, max_pool(x, 2)));  // [B, C1, w1]

  const auto b = x.size(0), c2 = batch.relative2.size(1), k2 = batch.relative2.size(2);
  auto feature = linear2_feature(x);
  const auto width = feature.size(2);
  feature = feature.reshape({-1, width}).index({batch.index2}).view({b, c2, k2, width});
  x = linear2b(torch::relu(linear2_relative(batch.relative2) + feature));
  x = torch::relu(norm_last(norm2, max_pool(x, 2)));  // [B, C2, w3]

  x = linear3b(torch::relu(linear3a(torch::cat({batch.centers2, x}, 2))));
  return torch::relu(norm_last(norm3, max_pool(x, 1)));  // [B, w5]
}

RegressionHeadImpl::RegressionHeadImpl(const PoseNetworkConfig& config) {
  const int width = config.regression_width;
  first = register_module("first", linear(config.widths[5], width));
  second = register_module("second", linear(width, width));
  last = register_module("last", linear(width, config.size_head ? 12 : 9));
}

torch::Tensor RegressionHeadImpl::forward(const torch::Tensor& features) {
  return last(torch::relu(second(torch::relu(first(features)))));
}

ScoreHeadImpl::ScoreHeadImpl(const PoseNetworkConfig& config) {
  const int hidden = 3 * config.head_width;
  feature_layer = register_module("feature_layer", linear(config.widths[5], hidden));
  pose_layer = register_module("pose_layer", linear(config.pose_width, hidden, false));
  time_layer = register_module("time_layer", linear(config.time_width, hidden, false));
  pose1 = register_module("pose1", linear(9, config.pose_width));
  pose2 = register_module("pose2", linear(config.pose_width, config.pose_width));
  time1 = register_module("time1", linear(config.time_width, config.time_width));
  last = register_module("last", torch::nn::ModuleList());
  for (int i = 0; i < 3; ++i) {
    auto layer = linear(config.head_width, 3);
    torch::nn::init::zeros_(layer->weight);
    torch::nn::init::zeros_(layer->bias);
    last->push_back(layer);
  }
  frequencies = register_buffer("frequencies", torch::randn({config.time_width / 2}) * config.fourier_scale);
}

torch::Tensor ScoreHeadImpl::project(const torch::Tensor& features) {
  return feature_layer(features);
}

torch::Tensor ScoreHeadImpl::forward(const torch::Tensor& projected, const torch::Tensor& poses,
                                     const torch::Tensor& times) {
  const auto angle = times.unsqueeze(-1) * frequencies * (2.0 * std::numbers::pi);
  const auto time = torch::relu(time1(torch::cat({angle.sin(), angle.cos()}, -1)));
  const auto pose = torch::relu(pose2(torch::relu(pose1(poses))));
  const auto hidden = torch::relu(projected.unsqueeze(1) + pose_layer(pose) + time_layer(time));
  const auto parts = hidden.chunk(3, -1);
  std::vector<torch::Tensor> outputs;
  for (int i = 0; i < 3; ++i) {
    outputs.push_back(last->at<torch::nn::LinearImpl>(i).forward(parts[i]));
  }
  return torch::cat(outputs, -1);
}

PoseModelImpl::PoseModelImpl(const PoseNetworkConfig& network_config) : config(network_config) {
  encoder = register_module("encoder", PoseEncoder(config));
  regression = register_module("regression", RegressionHead(config));
  score_head = register_module("score_head", ScoreHead(config));
  data_variance = register_buffer("data_variance", pose_data_variance(config));
}

torch::Tensor PoseModelImpl::score(const torch::Tensor& projected, const torch::Tensor& x,
                                   const torch::Tensor& sigma, const torch::Tensor& time) {
  if (!config.precondition) {
    return score_head->forward(projected, x, time) / (sigma + 1e-7);
  }
  // D(x) = c_skip x + c_out F(c_in x), score = (D - x) / sigma^2, written without the cancellation.
  const auto total = sigma * sigma + data_variance;
  const auto output = score_head->forward(projected, x / total.sqrt(), time);
  return (data_variance / total).sqrt() * output / sigma - x / total;
}

torch::Tensor PoseModelImpl::score_loss(const torch::Tensor& projected, const torch::Tensor& x0,
                                        const torch::Tensor& z, const torch::Tensor& sigma,
                                        const torch::Tensor& time) {
  const auto x = x0 + sigma * z;
  if (!config.precondition) {
    return (score_head->forward(projected, x, time) + z).square().sum(-1);
  }
  const auto total = sigma * sigma + data_variance;
  const auto output = score_head->forward(projected, x / total.sqrt(), time);
  // The output that makes D(x) = x0: (x0 - c_skip x) / c_out.
  const auto target = (x0 * sigma - data_variance * z) / (data_variance * total).sqrt();
  return (output - target).square().sum(-1);
}

torch::Tensor pose_data_variance(const PoseNetworkConfig& config) {
  const double translation_std = kTranslationStd_m * config.translation_scale;
  auto variance = torch::full({9}, kRotationVariance);
  variance.slice(0, 6, 9).fill_(translation_std * translation_std);
  return variance;
}

torch::Tensor rotations_from_sixd(const torch::Tensor& sixd, SixDOrder order) {
  const auto unit = [](const torch::Tensor& v) { return v / (v.norm(2, -1, true) + 1e-8); };
  const auto a = unit(sixd.slice(-1, 0, 3));
  const auto raw = sixd.slice(-1, 3, 6);
  const auto b = unit(raw - (a * raw).sum(-1, true) * a);
  const auto c = torch::cross(a, b, -1);
  // Column order: (x, y, x x y) or, y first, (x, y, z) with z = x x y = -(y x x).
  return order == SixDOrder::kXY ? torch::stack({a, b, c}, -1) : torch::stack({b, a, -c}, -1);
}

}  // namespace alidade
