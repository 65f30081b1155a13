// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/nn/decompose/torch/point_backbone.h"

namespace alidade {

/// What every branch gives (Sec. 5.3), whatever its capacity.
struct Correspondence {
  torch::Tensor keypoints;       ///< P^kpt [B, K, 3] metres, about the centroid
  torch::Tensor features;        ///< F^kpt [B, K, 2D]
  torch::Tensor nocs;            ///< [B, K, 3]
  torch::Tensor reconstruction;  ///< [B, K * R, 3] metres, about the centroid
  torch::Tensor offsets;         ///< of it from its keypoints
};

/// Keypoints by a heat map over the points.
struct Keypoints {
  torch::Tensor positions;  ///< W P [B, K, 3]
  torch::Tensor features;   ///< W F [B, K, 2D]
  torch::Tensor heat_map;   ///< W [B, K, N], rows sum to 1
};

/// Eq. 43 and 44 with AG-Pose's similarity: softmax over the points of cosine(query, feature) / 0.1, and what
/// it pools. queries [B, K, W], features [B, N, W], points [B, N, 3].
Keypoints pool_keypoints(const torch::Tensor& queries, const torch::Tensor& features,
                         const torch::Tensor& points);

/// Eq. 42: learnable queries that attend to the points of an instance.
struct KeypointExtractorImpl : torch::nn::Module {
  explicit KeypointExtractorImpl(const DecomposeConfig& config);
  Keypoints forward(const torch::Tensor& features, const torch::Tensor& points);

  torch::Tensor queries;  ///< [K, 2D]
  torch::nn::Linear query{nullptr}, key{nullptr}, value{nullptr}, output{nullptr};
  torch::nn::LayerNorm norm{nullptr};
  int heads;
};
TORCH_MODULE(KeypointExtractor);

/// Points near keypoints.
struct Neighborhood {
  torch::Tensor offsets;   ///< [B, K, n, 3] point minus keypoint, network units
  torch::Tensor features;  ///< [B, K, n, 2D]
};

/// Context of a high branch: local (Eq. 45 to 48) and global geometry (Eq. 49 to 51).
struct ContextBlockImpl : torch::nn::Module {
  explicit ContextBlockImpl(const DecomposeConfig& config);
  torch::Tensor forward(const torch::Tensor& tokens, const Neighborhood& near,
                        const torch::Tensor& positions);

  Layers local_offset{nullptr}, local_query{nullptr}, local_output{nullptr}, global_offset{nullptr},
      fusion{nullptr};
};
TORCH_MODULE(ContextBlock);

/// Geometry-biased attention of a low branch (Eq. 53 to 57).
struct BiasedAttentionImpl : torch::nn::Module {
  explicit BiasedAttentionImpl(const DecomposeConfig& config);
  torch::Tensor forward(const torch::Tensor& tokens, const Neighborhood& near);

  Layers code{nullptr}, local_bias{nullptr}, global_bias{nullptr};
  torch::nn::Linear query{nullptr}, key{nullptr};
  int heads;
};
TORCH_MODULE(BiasedAttention);

/// One branch h_phi_g of the correspondence module, of either capacity.
struct CorrespondenceBranchImpl : torch::nn::Module {
  CorrespondenceBranchImpl(const DecomposeConfig& config, BranchCapacity capacity);
  Correspondence forward(const torch::Tensor& features, const torch::Tensor& points);

  KeypointExtractor extractor{nullptr};
  torch::nn::ModuleList context{nullptr};
  BiasedAttention attention{nullptr};
  Layers nocs{nullptr}, reconstruction{nullptr};

 private:
  int neighbors_;
  double scale_;
};
TORCH_MODULE(CorrespondenceBranch);

}  // namespace alidade
