// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/vit/torch/vision_transformer.h"

#include <cmath>

#include "core/nn/vit/position_resize.h"

namespace alidade {
namespace {

torch::nn::LayerNorm token_norm(int dim) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({dim}).eps(1e-6));
}

/// Bicubic weights [to, from] as a matrix of this kind.
torch::Tensor weight_matrix(int from, int to, PositionResize way, const torch::Tensor& like) {
  auto weights = position_weights(from, to, way);
  return torch::from_blob(weights.data(), {to, from}, torch::kFloat64).to(like.scalar_type(), false, true);
}

void start_linear(torch::nn::Linear& layer) {
  torch::nn::init::xavier_uniform_(layer->weight);
  torch::nn::init::zeros_(layer->bias);
}

}  // namespace

LayerScaleImpl::LayerScaleImpl(int dim) {
  gamma = register_parameter("gamma", torch::ones({dim}));
}

ViTAttentionImpl::ViTAttentionImpl(int dim, int num_heads) : heads(num_heads) {
  qkv = register_module("qkv", torch::nn::Linear(dim, 3 * dim));
  proj = register_module("proj", torch::nn::Linear(dim, dim));
  start_linear(qkv);
  start_linear(proj);
}

torch::Tensor ViTAttentionImpl::forward(const torch::Tensor& x) {
  const auto batch = x.size(0), tokens = x.size(1), dim = x.size(2);
  const auto packed =
      qkv->forward(x).reshape({batch, tokens, 3, heads, dim / heads}).permute({2, 0, 3, 1, 4});
  const auto q = packed[0] / std::sqrt(static_cast<double>(dim / heads));
  const auto attention = torch::matmul(q, packed[1].transpose(-2, -1)).softmax(-1);
  return proj->forward(torch::matmul(attention, packed[2]).transpose(1, 2).reshape({batch, tokens, dim}));
}

ViTMlpImpl::ViTMlpImpl(int dim, int hidden) {
  fc1 = register_module("fc1", torch::nn::Linear(dim, hidden));
  fc2 = register_module("fc2", torch::nn::Linear(hidden, dim));
  start_linear(fc1);
  start_linear(fc2);
}

torch::Tensor ViTMlpImpl::forward(const torch::Tensor& x) {
  return fc2->forward(torch::gelu(fc1->forward(x)));
}

ViTBlockImpl::ViTBlockImpl(const VisionTransformerConfig& config) {
  norm1 = register_module("norm1", token_norm(config.dim));
  attn = register_module("attn", ViTAttention(config.dim, config.heads));
  ls1 = register_module("ls1", LayerScale(config.dim));
  norm2 = register_module("norm2", token_norm(config.dim));
  mlp = register_module("mlp", ViTMlp(config.dim, config.dim * config.mlp_ratio));
  ls2 = register_module("ls2", LayerScale(config.dim));
}

torch::Tensor ViTBlockImpl::forward(const torch::Tensor& x) {
  const auto attended = x + ls1->forward(attn->forward(norm1->forward(x)));
  return attended + ls2->forward(mlp->forward(norm2->forward(attended)));
}

PatchEmbeddingImpl::PatchEmbeddingImpl(const VisionTransformerConfig& config) {
  proj = register_module(
      "proj", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, config.dim, config.patch).stride(config.patch)));
}

torch::Tensor PatchEmbeddingImpl::forward(const torch::Tensor& images) {
  // Patches do not overlap: a matrix product, which is much faster than a convolution on CPUs.
  const auto patch = proj->weight.size(2), dim = proj->weight.size(0);
  const auto rows = images.size(2) / patch, cols = images.size(3) / patch;
  const auto patches = images.reshape({images.size(0), 3, rows, patch, cols, patch})
                           .permute({0, 2, 4, 1, 3, 5})
                           .reshape({images.size(0), rows * cols, 3 * patch * patch});
  return torch::nn::functional::linear(patches, proj->weight.reshape({dim, -1}), proj->bias);
}

VisionTransformerImpl::VisionTransformerImpl(const VisionTransformerConfig& network_config)
    : config(network_config) {
  const int cells = config.grid * config.grid;
  cls_token = register_parameter("cls_token", 0.02 * torch::randn({1, 1, config.dim}));
  pos_embed = register_parameter("pos_embed", 0.02 * torch::randn({1, 1 + cells, config.dim}));
  if (config.registers > 0) {
    register_tokens =
        register_parameter("register_tokens", 0.02 * torch::randn({1, config.registers, config.dim}));
  }
  mask_token = register_parameter("mask_token", torch::zeros({1, config.dim}));
  patch_embed = register_module("patch_embed", PatchEmbedding(config));
  blocks = register_module("blocks", torch::nn::ModuleList());
  for (int i = 0; i < config.depth; ++i) {
    blocks->push_back(ViTBlock(config));
  }
  norm = register_module("norm", token_norm(config.dim));
}

torch::Tensor VisionTransformerImpl::positions(int rows, int cols) const {
  if (rows == config.grid && cols == config.grid) {
    return pos_embed;
  }
  const auto learned = pos_embed.slice(1, 1).reshape({config.grid, config.grid, config.dim});
  const auto down = weight_matrix(config.grid, rows, config.positions, pos_embed);
  const auto along = weight_matrix(config.grid, cols, config.positions, pos_embed);
  const auto stretched =
      torch::matmul(down, learned.reshape({config.grid, -1})).reshape({rows, config.grid, config.dim});
  return torch::cat(
      {pos_embed.slice(1, 0, 1), torch::matmul(along, stretched).reshape({1, rows * cols, config.dim})}, 1);
}

torch::Tensor VisionTransformerImpl::forward(const torch::Tensor& images) {
  const auto batch = images.size(0);
  const int rows = static_cast<int>(images.size(2)) / config.patch;
  const int cols = static_cast<int>(images.size(3)) / config.patch;
  auto x = torch::cat({cls_token.expand({batch, -1, -1}), patch_embed->forward(images)}, 1) +
           positions(rows, cols);
  if (register_tokens.defined()) {  // behind the class token, without a position
    x = torch::cat({x.slice(1, 0, 1), register_tokens.expand({batch, -1, -1}), x.slice(1, 1)}, 1);
  }
  for (const auto& block : *blocks) {
    x = block->as<ViTBlock>()->forward(x);
  }
  return x;
}

Expected<void> fill_transformer(VisionTransformer& model, const EncoderFile& file, const std::string& path) {
  const torch::NoGradGuard no_gradient;
  const auto parameters = model->named_parameters();
  for (const EncoderTensor& tensor : file.tensors) {
    torch::Tensor target = parameters[tensor.parameter.name];
    const auto parts = target.chunk(static_cast<std::int64_t>(tensor.sources.size()), 0);
    for (std::size_t i = 0; i < tensor.sources.size(); ++i) {
      const TensorEntry& entry = file.content.tensors.at(tensor.sources[i]);
      auto values = tensor_values(entry);
      auto part = parts[i];
      part.copy_(torch::from_blob(values.data(), entry.shape, torch::kFloat64));
      if (!part.isfinite().all().item<bool>()) {
        return input_error(path, "tensor \"" + tensor.sources[i] + "\"",
                           "it holds values that are not finite", "get the weights again");
      }
    }
  }
  return {};
}

}  // namespace alidade
