// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <torch/torch.h>

#include "core/nn/sparse_detector/torch/kernel_selection.h"

namespace alidade {

/// Batch norm that keeps sources apart as the configuration says. Values of a source are "source0" and so on.
struct SourceNormImpl : torch::nn::Module {
  SourceNormImpl(std::int64_t channels, const DetectorConfig& config);
  torch::Tensor forward(const torch::Tensor& x, int source);
  /// What forward() does by the running values.
  FoldedEnd folded(int source) const;

 private:
  struct Norm {
    torch::Tensor gain, shift, mean, variance;
  };
  Norm norm_of(int source) const;

  std::vector<torch::Tensor> gains_, shifts_, means_, variances_;  ///< one, or one for each source
};
TORCH_MODULE(SourceNorm);

/// What all layers of a forward pass are told.
struct ForwardPass {
  int source = 0;
  torch::Tensor embedding;  ///< of the source; undefined where nothing is selected
  /// Decisions of the selecting convolutions, in order; null = nobody asks.
  std::vector<SelectionValues>* values = nullptr;
  bool folds = false;  ///< norms into the convolutions before them
};

/// relu(norm(conv(x)) + added), `added` left out where it is undefined.
torch::Tensor convolved(const torch::Tensor& x, const ForwardPass& pass, SelectedConvolution& convolution,
                        SourceNorm& norm, const BatchMaps& maps, const torch::Tensor& added = {});

/// Two convolutions around which the input goes (ResNet): the first with the stage's stride.
struct ResidualBlockImpl : torch::nn::Module {
  /// Registers its convolutions in `selecting`.
  ResidualBlockImpl(std::int64_t in, std::int64_t out, bool has_shortcut, const DetectorConfig& config,
                    std::vector<SelectedConvolution>& selecting);
  torch::Tensor forward(const torch::Tensor& x, const ForwardPass& pass, const BatchMaps& first,
                        const BatchMaps& shortcut, const BatchMaps& inside);

 private:
  SelectedConvolution conv1_{nullptr}, conv2_{nullptr};
  SourceNorm norm1_{nullptr}, norm2_{nullptr}, shortcut_norm_{nullptr};
  torch::Tensor shortcut_;
};
TORCH_MODULE(ResidualBlock);

/// An ordinary sparse convolution with norm and ReLU, of the neck.
struct NeckUnitImpl : torch::nn::Module {
  NeckUnitImpl(std::int64_t in, std::int64_t out, int kernel, const DetectorConfig& config);
  /// `maps` null: kernel 1, a matrix product.
  torch::Tensor forward(const torch::Tensor& x, const ForwardPass& pass, const BatchMaps* maps);

 private:
  torch::Tensor weight_;
  SourceNorm norm_{nullptr};
};
TORCH_MODULE(NeckUnit);

}  // namespace alidade
