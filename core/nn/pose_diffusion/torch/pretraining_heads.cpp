// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/torch/pretraining_heads.h"

#include <algorithm>

namespace alidade {
namespace {

/// Points that are decoded and compared with: the first in farthest-point order cover the object.
constexpr int kDecodedPoints = 256;

int decoded_points(const PoseNetworkConfig& config) {
  return std::min(kDecodedPoints, config.num_points);
}

/// The first points of each cloud about its centroid [B, count, 3], metres.
torch::Tensor observed_points(const std::vector<ObjectPoints>& clouds, std::int64_t count) {
  auto out = torch::empty({static_cast<std::int64_t>(clouds.size()), count, 3});
  float* value = out.data_ptr<float>();
  for (const ObjectPoints& cloud : clouds) {
    Eigen::Vector3f centroid = Eigen::Vector3f::Zero();
    for (const auto& point : cloud) {
      centroid += point;
    }
    centroid /= static_cast<float>(cloud.size());
    for (std::int64_t i = 0; i < count; ++i) {
      for (int d = 0; d < 3; ++d) {
        *value++ = cloud[i][d] - centroid[d];
      }
    }
  }
  return out;
}

/// Rows of `points` [B, Q, 3] chosen per row of `index` [B, P].
torch::Tensor chosen(const torch::Tensor& points, const torch::Tensor& index) {
  const auto count = points.size(1);
  const auto first = torch::arange(points.size(0), torch::kInt64).unsqueeze(1) * count;
  return points.reshape({-1, 3}).index({(index + first).reshape({-1})}).view({index.size(0), -1, 3});
}

torch::Tensor mean_distance(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a - b).square().sum(-1) + 1e-10).sqrt().mean();
}

}  // namespace

torch::Tensor chamfer_distance(const torch::Tensor& a, const torch::Tensor& b) {
  torch::Tensor nearest_b, nearest_a;
  {
    const torch::NoGradGuard no_gradient;
    // |a - b|^2 less what does not change the order; all pairs by one product.
    const auto product = torch::bmm(a, b.transpose(1, 2));
    nearest_b = (b.square().sum(-1).unsqueeze(1) - 2.0 * product).argmin(2);
    nearest_a = (a.square().sum(-1).unsqueeze(2) - 2.0 * product).argmin(1);
  }
  return mean_distance(a, chosen(b, nearest_b)) + mean_distance(b, chosen(a, nearest_a));
}

PretrainingHeadImpl::PretrainingHeadImpl(const PoseNetworkConfig& config, PoseObjective kind, int categories)
    : objective(kind), units_per_metre(config.translation_scale) {
  const int width = config.regression_width;
  const int outputs = kind == PoseObjective::kClassification ? categories : 3 * decoded_points(config);
  first = register_module("first", torch::nn::Linear(config.widths[5], width));
  second = register_module("second", torch::nn::Linear(width, width));
  last = register_module("last", torch::nn::Linear(width, outputs));
}

torch::Tensor PretrainingHeadImpl::loss(const torch::Tensor& features, const TrainingBatch& data) {
  const auto output = last(torch::relu(second(torch::relu(first(features)))));
  if (objective == PoseObjective::kClassification) {
    return torch::nn::functional::cross_entropy(output, data.target.category);
  }
  const auto decoded = output.view({output.size(0), -1, 3});
  return chamfer_distance(decoded, units_per_metre * observed_points(data.clouds, decoded.size(1)));
}

}  // namespace alidade
