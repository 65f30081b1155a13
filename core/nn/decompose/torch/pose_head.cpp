// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/torch/pose_head.h"

namespace alidade {
namespace {

/// v / |v|, and `instead` where |v| is nothing. The gradient there is zero, not NaN.
torch::Tensor unit_or(const torch::Tensor& v, const torch::Tensor& instead) {
  constexpr double kNothing = 1e-12;
  const auto squared = v.square().sum(-1, true);
  const auto nothing = squared < kNothing * kNothing;
  const auto safe = torch::where(nothing, torch::ones_like(squared), squared).sqrt();
  return torch::where(nothing, instead.expand_as(v), v / safe);
}

/// The axis that `v` [..., 3] leans to least.
torch::Tensor least_axis(const torch::Tensor& v) {
  return torch::one_hot(v.detach().abs().argmin(-1), 3).to(v.dtype());
}

}  // namespace

torch::Tensor rotations_from_pairs(const torch::Tensor& six) {
  const auto first = six.slice(-1, 0, 3), second = six.slice(-1, 3, 6);
  const auto up = torch::tensor({0.0, 1.0, 0.0}, six.options());
  const auto y = unit_or(second, up);
  const auto across = torch::cross(least_axis(y), y, -1);
  const auto z = unit_or(torch::cross(first, y, -1), across / across.norm(2, -1, true));
  return torch::stack({torch::cross(y, z, -1), y, z}, -1);
}

CorrespondenceHeadImpl::CorrespondenceHeadImpl(const DecomposeConfig& config)
    : scale_(config.translation_scale) {
  const int width = 2 * config.feature_width, hidden = config.head_widths[0], last = config.head_widths[1];
  const auto [embedded1, embedded2] = config.position_widths;
  keypoint_embedding =
      register_module("keypoint_embedding", Layers(std::vector<int>{3, embedded1, embedded2}));
  nocs_embedding = register_module("nocs_embedding", Layers(std::vector<int>{3, embedded1, embedded2}));
  token = register_module("token", Layers(std::vector<int>{width + 2 * embedded2, hidden, last}));
  pooled = register_module("pooled", Layers(std::vector<int>{2 * last, hidden, hidden}));
  const auto regressor = [&](int outputs) { return Layers(std::vector<int>{hidden, last, outputs}); };
  rotation = register_module("rotation", regressor(6));
  translation = register_module("translation", regressor(3));
  size = register_module("size", regressor(3));
}

PoseTensors CorrespondenceHeadImpl::forward(const Correspondence& correspondence) {
  const auto x =
      token(torch::cat({correspondence.features, keypoint_embedding(correspondence.keypoints * scale_),
                        nocs_embedding(correspondence.nocs.detach())},
                       2));
  const auto with_all = torch::cat({x, x.mean(1, true).expand_as(x)}, 2);
  const auto pose = torch::relu(pooled(torch::relu(with_all)).mean(1));
  return {rotations_from_pairs(rotation(pose)), translation(pose) / scale_, size(pose) / scale_};
}

}  // namespace alidade
