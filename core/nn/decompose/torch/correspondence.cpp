// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/torch/correspondence.h"

#include <cmath>

namespace alidade {
namespace {

constexpr double kHeatTemperature = 0.1;
// AG-Pose divides the cosines of a neighborhood by 5: an almost even mean, sharpened by what it learns.
constexpr double kNeighborTemperature = 5.0;

torch::Tensor cosine_of(const torch::Tensor& a, const torch::Tensor& b) {
  namespace F = torch::nn::functional;
  const auto unit = F::NormalizeFuncOptions().dim(-1).eps(1e-12);
  return F::normalize(a, unit).matmul(F::normalize(b, unit).transpose(-1, -2));
}

/// [B, n, W] -> [B, heads, n, W / heads].
torch::Tensor by_heads(const torch::Tensor& x, int heads) {
  return x.view({x.size(0), x.size(1), heads, -1}).transpose(1, 2);
}

Neighborhood neighborhood_of(const Keypoints& keypoints, const torch::Tensor& points,
                             const torch::Tensor& features, int count, double scale) {
  const auto positions = keypoints.positions.detach();
  const auto batch = points.size(0), kept = positions.size(1);
  const auto distance = torch::cdist(positions, points);
  const auto index =
      std::get<1>(distance.topk(count, 2, /*largest=*/false, /*sorted=*/true)).reshape({batch, kept * count});
  const auto near = gather_rows(points, index).view({batch, kept, count, 3});
  return {(near - positions.unsqueeze(2)) * scale,
          gather_rows(features, index).view({batch, kept, count, features.size(2)})};
}

}  // namespace

Keypoints pool_keypoints(const torch::Tensor& queries, const torch::Tensor& features,
                         const torch::Tensor& points) {
  const auto weights = (cosine_of(queries, features) / kHeatTemperature).softmax(-1);
  return {weights.matmul(points), weights.matmul(features), weights};
}

KeypointExtractorImpl::KeypointExtractorImpl(const DecomposeConfig& config) : heads(config.attention_heads) {
  const int width = 2 * config.feature_width;
  queries = register_parameter("queries", torch::randn({config.keypoints, width}) / std::sqrt(width));
  query = register_module("query", torch::nn::Linear(width, width));
  key = register_module("key", torch::nn::Linear(width, width));
  value = register_module("value", torch::nn::Linear(width, width));
  output = register_module("output", torch::nn::Linear(width, width));
  norm = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
}

Keypoints KeypointExtractorImpl::forward(const torch::Tensor& features, const torch::Tensor& points) {
  const auto start = queries.unsqueeze(0).expand({features.size(0), -1, -1});
  const auto q = by_heads(query(start), heads), k = by_heads(key(features), heads),
             v = by_heads(value(features), heads);
  const auto weights =
      (q.matmul(k.transpose(-1, -2)) / std::sqrt(static_cast<double>(q.size(3)))).softmax(-1);
  const auto attended = weights.matmul(v).transpose(1, 2).reshape(start.sizes());
  return pool_keypoints(norm(start + output(attended)), features, points);
}

ContextBlockImpl::ContextBlockImpl(const DecomposeConfig& config) {
  const int width = 2 * config.feature_width, hidden = config.branch_hidden, geometry = hidden / 2;
  local_offset = register_module("local_offset", Layers(std::vector<int>{3, geometry / 2, geometry}));
  local_query = register_module("local_query", Layers(std::vector<int>{width + geometry, hidden, width}));
  local_output = register_module("local_output", Layers(std::vector<int>{width, hidden, width}));
  global_offset = register_module("global_offset", Layers(std::vector<int>{3, geometry / 2, geometry}));
  fusion = register_module("fusion", Layers(std::vector<int>{2 * width + geometry, hidden, width}));
}

torch::Tensor ContextBlockImpl::forward(const torch::Tensor& tokens, const Neighborhood& near,
                                        const torch::Tensor& positions) {
  const auto local = local_offset(near.offsets).mean(2);
  const auto asked = local_query(torch::cat({tokens, local}, 2)).unsqueeze(2);
  const auto similarity = cosine_of(asked, near.features) / kNeighborTemperature;  // [B, K, 1, n]
  const auto gathered = similarity.softmax(-1).matmul(near.features).squeeze(2);
  const auto local_tokens = local_output(gathered + tokens);
  const auto relative = positions.unsqueeze(1) - positions.unsqueeze(2);  // [B, i, j, 3]: of j, seen from i
  const auto shape = global_offset(relative).mean(2);
  const auto pooled = local_tokens.mean(1, true).expand_as(local_tokens);
  return fusion(torch::cat({local_tokens, pooled, shape}, 2));
}

BiasedAttentionImpl::BiasedAttentionImpl(const DecomposeConfig& config) : heads(config.attention_heads) {
  const int width = 2 * config.feature_width, geometry = config.geometry_code;
  code = register_module("code", Layers(std::vector<int>{3, geometry, geometry}));
  local_bias = register_module("local_bias", Layers(std::vector<int>{geometry, heads}));
  global_bias = register_module("global_bias", Layers(std::vector<int>{geometry, heads}));
  query = register_module("query", torch::nn::Linear(width, width));
  key = register_module("key", torch::nn::Linear(width, width));
}

torch::Tensor BiasedAttentionImpl::forward(const torch::Tensor& tokens, const Neighborhood& near) {
  const auto batch = tokens.size(0), kept = tokens.size(1), width = tokens.size(2);
  const auto count = near.features.size(2), part = width / heads;
  const auto geometry = code(near.offsets);  // [B, K, n, g]
  const auto q = query(tokens).view({batch, kept, 1, heads, part});
  const auto k = key(near.features).view({batch, kept, count, heads, part});
  const auto logits = (q * k).sum(-1) / std::sqrt(static_cast<double>(part)) + local_bias(geometry);
  const auto values = near.features.view({batch, kept, count, heads, part});
  const auto gathered = (logits.softmax(2).unsqueeze(-1) * values).sum(2).view({batch, kept, width});
  // Eq. 57 adds H numbers to 2D: each to the part of its head.
  const auto bias = global_bias(geometry.mean(2)).unsqueeze(-1).expand({batch, kept, heads, part});
  return gathered + tokens + bias.reshape({batch, kept, width});
}

CorrespondenceBranchImpl::CorrespondenceBranchImpl(const DecomposeConfig& config, BranchCapacity capacity)
    : neighbors_(config.local_neighbors), scale_(config.translation_scale) {
  const int width = 2 * config.feature_width;
  const bool high = capacity == BranchCapacity::kHigh;
  const int hidden = high ? config.branch_hidden : config.low_hidden;
  extractor = register_module("extractor", KeypointExtractor(config));
  if (high) {
    context = register_module("context", torch::nn::ModuleList());
    for (int i = 0; i < config.context_blocks; ++i) {
      context->push_back(ContextBlock(config));
    }
  } else {
    attention = register_module("attention", BiasedAttention(config));
  }
  nocs = register_module("nocs", high ? Layers(std::vector<int>{width, hidden, hidden, 3})
                                      : Layers(std::vector<int>{width, hidden, 3}));
  reconstruction = register_module(
      "reconstruction", Layers(std::vector<int>{2 * width, hidden, 3 * config.reconstructed_points}));
}

Correspondence CorrespondenceBranchImpl::forward(const torch::Tensor& features, const torch::Tensor& points) {
  const Keypoints keypoints = extractor->forward(features, points);
  const Neighborhood near = neighborhood_of(keypoints, points, features, neighbors_, scale_);
  auto tokens = keypoints.features;
  if (attention.is_empty()) {
    const auto positions = keypoints.positions.detach() * scale_;
    for (std::size_t i = 0; i < context->size(); ++i) {
      tokens = context->at<ContextBlockImpl>(i).forward(tokens, near, positions);
    }
  } else {
    tokens = attention->forward(tokens, near);
  }
  const auto pooled = tokens.mean(1, true).expand_as(tokens);
  const auto batch = tokens.size(0), kept = tokens.size(1);
  const auto offsets = (reconstruction(torch::cat({tokens, pooled}, 2)) / scale_).view({batch, kept, -1, 3});
  const auto rebuilt = keypoints.positions.unsqueeze(2) + offsets;
  return {keypoints.positions, tokens, nocs(tokens), rebuilt.reshape({batch, -1, 3}),
          offsets.reshape({batch, -1, 3})};
}

}  // namespace alidade
