// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/contention/grouping.h"

namespace alidade {

struct CheckpointFile;

/// Which block exists once per group (Table 4); the others are shared.
enum class SplitBlock { kNone, kBackbone, kCorrespondence, kHead };

/// Where the color half of the shared features comes from.
enum class ColorSource {
  kNone,     ///< zeros in its place: nothing else changes
  kEncoder,  ///< a frozen, trained image encoder
  kRandom,   ///< a frozen image encoder with random weights
};

/// One level of PointNet++: centers in farthest-point order, ball neighbors at one or two radii.
struct PointLevel {
  int centers = 64;
  std::vector<double> radius_m;          ///< one per scale
  std::vector<int> neighbors;            ///< one per scale
  std::vector<std::vector<int>> widths;  ///< layers of each scale
  std::vector<int> propagation;          ///< layers of the feature propagation back to the level below

  bool operator==(const PointLevel&) const = default;
};

/// Everything that decides the shape and the units of a DecomPose network; stored in its checkpoint.
struct DecomposeConfig {
  std::string name = "small";
  int num_points = 192;    ///< N
  int feature_width = 48;  ///< D; the shared features have 2D
  std::vector<PointLevel> levels;

  ColorSource color = ColorSource::kEncoder;
  int image_width = 96;  ///< of the encoder's patch features; 384 of ViT-S
  int crop_px = 112;     ///< side of the color crop

  int keypoints = 24;                          ///< K
  int local_neighbors = 12;                    ///< K_n
  int context_blocks = 1;                      ///< repetitions of Eq. 45 to 51
  int branch_hidden = 96;                      ///< inner layers of a high branch
  int low_hidden = 96;                         ///< of the NOCS regression of a low branch
  int geometry_code = 16;                      ///< width of g_ij, Eq. 53
  int attention_heads = 4;                     ///< H
  int reconstructed_points = 4;                ///< per keypoint
  std::array<int, 2> position_widths{32, 64};  ///< of the head's embeddings of keypoints and NOCS
  std::array<int, 2> head_widths{192, 96};     ///< pooled features, and the three regressors
  double translation_scale = 10.0;             ///< network units per metre, of translation and size

  std::vector<std::string> categories;     ///< each once
  std::vector<int> routing;                ///< group of each category, from 0
  std::vector<BranchCapacity> capacities;  ///< of each group, easiest first
  SplitBlock split = SplitBlock::kCorrespondence;

  int groups() const { return static_cast<int>(capacities.size()); }
  bool operator==(const DecomposeConfig&) const = default;
};

/// "small" (two cores), "tiny" (tests), "published" (Sec. 6.1: N 1024, D 128, K 96, 224 px, ViT-S/14).
/// Without categories. ErrorCode::kUsage otherwise.
Expected<DecomposeConfig> named_decompose_config(const std::string& name);

/// The group of a category: ErrorCode::kInput for one without a route.
Expected<int> group_of(const DecomposeConfig& config, const std::string& category);

/// An Error (kInput) for sizes out of range, categories given twice or without a route, and groups without a
/// category.
Expected<void> check_decompose_config(const DecomposeConfig& config);

std::string to_json(const DecomposeConfig& config);
/// Strict: unknown or missing keys, non-finite or absurd sizes are errors.
Expected<DecomposeConfig> decompose_config_from_json(const std::string& json);
/// Metadata "config" of a checkpoint; an Error (kInput) names the file.
Expected<DecomposeConfig> decompose_checkpoint_config(const CheckpointFile& file);

}  // namespace alidade
