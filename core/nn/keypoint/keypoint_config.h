// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"

namespace alidade {

struct CheckpointFile;

/// What a stage of the backbone is made of, behind its convolution of stride 2.
enum class KeypointBlock {
  kPlain,       ///< a convolution 3x3
  kResidual,    ///< two of them, added to what came in (ResNet)
  kBottleneck,  ///< 1x1 to half the width, 3x3 back, added (Darknet-53, WDR's)
};

/// How far a keypoint is off, for its loss.
enum class KeypointError {
  kPixels,  ///< in the image, in units of the object's apparent size
  kSpace,   ///< WDR: the corner to its nearest point on the viewing ray, in units of the diameter
};

/// The one object that a network finds, as its training set describes it. The corners of its box are
/// `center` plus or minus half of `size`.
struct KeypointObject {
  int id = 0;  ///< the dataset's own
  std::string name, category;
  std::array<double, 3> center{0.0, 0.0, 0.0};  ///< object frame, metres
  std::array<double, 3> size{1.0, 1.0, 1.0};    ///< full side lengths, metres

  bool operator==(const KeypointObject&) const = default;
};

/// Everything that decides the shape and the units of a keypoint network; stored in its checkpoint.
struct KeypointConfig {
  std::string name = "small";
  int image_px = 96;        ///< side of the square that frames are brought to
  int stem_width = 0;       ///< of a convolution of stride 1 before the stages; 0 = none
  std::vector<int> widths;  ///< of the stages of stride 2, 4, 8, 16, 32
  std::vector<int> blocks;  ///< of each stage, behind its first convolution
  KeypointBlock block = KeypointBlock::kPlain;
  int pyramid_width = 64;
  int levels = 2;  ///< with heads: P3 (stride 8), P4, ... up to P7
  int head_width = 64;
  int head_depth = 2;  ///< convolutions before the last one; all levels share them
  bool norm = true;    ///< batch norm behind the convolutions; false once it is folded

  double level_strides = 4.0;  ///< a level is meant for objects of so many strides, in pixels
  double level_lambda = 1.0;   ///< WDR: how fast other sizes lose weight there
  double confidence = 0.3;     ///< least of a cell that votes
  int most_cells = 24;         ///< that vote, the most confident
  double ransac_px = 2.0;
  int ransac_iterations = 200;

  KeypointObject object;

  bool operator==(const KeypointConfig&) const = default;
};

/// The strides of the backbone's stages, and the first with a head.
inline constexpr int kKeypointStages = 5;
inline constexpr int kFirstKeypointStride = 8;
inline constexpr int kMostKeypointLevels = 5;

/// "small" (two cores), "second" (another backbone in its place), "tiny" (tests), "wdr" (published
/// proportions: Darknet-53, pyramid of 256, P3 to P7). Without an object. ErrorCode::kUsage otherwise.
Expected<KeypointConfig> named_keypoint_config(const std::string& name);

/// An Error (kInput) for sizes out of range.
Expected<void> check_keypoint_config(const KeypointConfig& config);

/// Pixels from cell to cell of a level (from 0).
int level_stride(int level);
/// The size of objects, in pixels, that a level (from 0) is meant for.
double level_size_px(const KeypointConfig& config, int level);
/// What an object of apparent size `size_px` weighs on each level, exp(-lambda log2(size / level's)^2), the
/// greatest made 1 (WDR's ensemble-aware sampling, with weights in place of drawn cells).
std::vector<double> level_weights(const KeypointConfig& config, double size_px);
/// The corners of the object's box about its center, metres; order of box_corners().
std::array<Eigen::Vector3d, 8> keypoint_corners(const KeypointConfig& config);

std::string to_json(const KeypointConfig& config);
/// Strict: unknown or missing keys, non-finite or absurd sizes are errors.
Expected<KeypointConfig> keypoint_config_from_json(const std::string& json);
/// Metadata "config" of a checkpoint; an Error (kInput) names the file.
Expected<KeypointConfig> keypoint_checkpoint_config(const CheckpointFile& file);

}  // namespace alidade
