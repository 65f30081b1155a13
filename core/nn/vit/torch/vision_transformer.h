// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <torch/torch.h>

#include "core/nn/vit/encoder_file.h"
#include "core/nn/vit/image_encoder.h"
#include "core/nn/vit/vision_transformer_config.h"

namespace alidade {

/// LayerScale: every channel has a factor.
struct LayerScaleImpl : torch::nn::Module {
  explicit LayerScaleImpl(int dim);
  torch::Tensor forward(const torch::Tensor& x) { return x * gamma; }

  torch::Tensor gamma;  ///< [dim]
};
TORCH_MODULE(LayerScale);

/// Self-attention over the tokens of an image; q, k and v are packed, heads within each.
struct ViTAttentionImpl : torch::nn::Module {
  ViTAttentionImpl(int dim, int num_heads);
  torch::Tensor forward(const torch::Tensor& x);  ///< [B, T, dim] -> the same

  int heads;
  torch::nn::Linear qkv{nullptr}, proj{nullptr};
};
TORCH_MODULE(ViTAttention);

struct ViTMlpImpl : torch::nn::Module {
  ViTMlpImpl(int dim, int hidden);
  torch::Tensor forward(const torch::Tensor& x);

  torch::nn::Linear fc1{nullptr}, fc2{nullptr};
};
TORCH_MODULE(ViTMlp);

/// x + ls1(attn(norm1(x))), then x + ls2(mlp(norm2(x))).
struct ViTBlockImpl : torch::nn::Module {
  explicit ViTBlockImpl(const VisionTransformerConfig& config);
  torch::Tensor forward(const torch::Tensor& x);

  torch::nn::LayerNorm norm1{nullptr}, norm2{nullptr};
  ViTAttention attn{nullptr};
  ViTMlp mlp{nullptr};
  LayerScale ls1{nullptr}, ls2{nullptr};
};
TORCH_MODULE(ViTBlock);

/// patch_embed.proj alone, so that its name is the official one.
struct PatchEmbeddingImpl : torch::nn::Module {
  explicit PatchEmbeddingImpl(const VisionTransformerConfig& config);
  torch::Tensor forward(const torch::Tensor& images);  ///< [B, 3, H, W] -> [B, patches, dim], row by row

  torch::nn::Conv2d proj{nullptr};
};
TORCH_MODULE(PatchEmbedding);

/// The network; parameters are called and shaped as vision_transformer_parameters() says.
struct VisionTransformerImpl : torch::nn::Module {
  explicit VisionTransformerImpl(const VisionTransformerConfig& config);

  /// Positions for a grid [1, 1 + rows * cols, dim]: the learned ones, interpolated unless the grid is theirs
  /// in both directions.
  torch::Tensor positions(int rows, int cols) const;
  /// Normalized images [B, 3, H, W], sides multiples of the patch -> tokens [B, 1 + registers + patches, dim]
  /// before the last norm.
  torch::Tensor forward(const torch::Tensor& images);

  VisionTransformerConfig config;
  torch::Tensor cls_token, pos_embed, register_tokens, mask_token;
  PatchEmbedding patch_embed{nullptr};
  torch::nn::ModuleList blocks{nullptr};
  torch::nn::LayerNorm norm{nullptr};
};
TORCH_MODULE(VisionTransformer);

/// Fills every parameter from the file, which has them; an Error naming a tensor with values that are not
/// finite.
Expected<void> fill_transformer(VisionTransformer& model, const EncoderFile& file, const std::string& path);

struct ImageEncoder::Impl {
  VisionTransformer model{nullptr};  ///< in eval mode
  torch::ScalarType precision = torch::kFloat32;
  std::string sha256, report, training;
};

/// An encoder of this network, whose weights are no longer trained; sha256() is that of the weights.
std::shared_ptr<ImageEncoder> make_encoder(VisionTransformer model, torch::ScalarType precision);

}  // namespace alidade
