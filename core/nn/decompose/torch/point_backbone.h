// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/nn/decompose/torch/decompose_batch.h"

namespace alidade {

/// Linear layers with ReLU between them; the last one is bare.
struct LayersImpl : torch::nn::Module {
  /// widths[0] is the input's.
  explicit LayersImpl(const std::vector<int>& widths);
  torch::Tensor forward(torch::Tensor x);

  torch::nn::ModuleList layers{nullptr};
};
TORCH_MODULE(Layers);

/// Rows of `values` [B, n, W] by `index` [B, m]: [B, m, W].
torch::Tensor gather_rows(const torch::Tensor& values, const torch::Tensor& index);

/// One scale of a set abstraction: layers on relative positions and features, then the greatest over each
/// neighborhood. Batch norm comes after it: a k-th of the rows, and the same function otherwise.
struct SetScaleImpl : torch::nn::Module {
  /// `features` is 0 on the lowest level.
  SetScaleImpl(int features, int neighbors, const std::vector<int>& widths);
  /// [B, C, widths.back()].
  torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& relative,
                        const torch::Tensor& index);

  int neighbors;
  torch::nn::Linear from_position{nullptr}, from_feature{nullptr};
  Layers rest{nullptr};
  torch::nn::BatchNorm1d norm{nullptr};
};
TORCH_MODULE(SetScale);

/// The shared backbone b_psi (Sec. 5.1): PointNet++ with feature propagation, and the projection of the
/// frozen image encoder's features.
struct PointBackboneImpl : torch::nn::Module {
  explicit PointBackboneImpl(const DecomposeConfig& config);
  /// F = [F_P, F_I], [B, N, 2D].
  torch::Tensor forward(const DecomposeInputs& inputs);

  torch::nn::ModuleList scales{nullptr}, propagations{nullptr}, norms{nullptr};
  torch::nn::Linear point_output{nullptr}, image_projection{nullptr};

 private:
  torch::Tensor point_features(const DecomposeInputs& inputs);
  torch::Tensor image_features(const DecomposeInputs& inputs);

  std::vector<int> scales_of_level_;
  int feature_width_;
};
TORCH_MODULE(PointBackbone);

}  // namespace alidade
