// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/nn/model.h"

namespace alidade {

/// How the positions learned on one grid of patches are carried to another one, bicubic each time.
enum class PositionResize {
  kOffset,  ///< "offset01": official DINOv2 without registers; sampled with scale (n + 0.1) / grid, a = -0.75
  kSize,    ///< "size": plain resize n / grid, a = -0.75 (Hugging Face)
  kAntialias,  ///< "antialias": official with registers; a = -0.5, kernel widened when the grid shrinks
};

/// Everything that decides the shape of a vision transformer and what it computes (DINOv2, Oquab et al. 2023,
/// on ViT, Dosovitskiy et al. 2021): LayerNorm eps 1e-6, exact GELU, LayerScale.
struct VisionTransformerConfig {
  std::string name = "encoder_small";
  int dim = 96;  ///< a multiple of heads
  int heads = 4;
  int depth = 4;
  int patch = 14;  ///< pixels
  int mlp_ratio = 4;
  int grid = 8;  ///< side of the square grid of patches that positions were learned on
  int registers = 0;
  PositionResize positions = PositionResize::kOffset;

  bool operator==(const VisionTransformerConfig&) const = default;
};

/// "encoder_small" (0.5 M parameters, 112 px, ours), "encoder_tiny" (tests), "dinov2_vits14" (22 M, 518 px).
/// ErrorCode::kUsage otherwise.
Expected<VisionTransformerConfig> named_vision_transformer(const std::string& name);

/// An Error (kInput) for sizes out of range or a dim that heads do not divide.
Expected<void> check(const VisionTransformerConfig& config);

std::string to_json(const VisionTransformerConfig& config);
/// Strict: unknown or missing keys, absurd sizes are errors.
Expected<VisionTransformerConfig> vision_transformer_config_from_json(const std::string& json);

/// Names and shapes of its parameters, those of the official DINOv2 state dict, in its order.
std::vector<ParameterInfo> vision_transformer_parameters(const VisionTransformerConfig& config);

}  // namespace alidade
