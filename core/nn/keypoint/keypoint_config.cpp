// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/keypoint/keypoint_config.h"

#include <algorithm>
#include <cmath>

#include "core/geometry/box.h"
#include "core/nn/checkpoint_file.h"

namespace alidade {
namespace {

KeypointConfig small_keypoints() {
  KeypointConfig c;
  c.widths = {16, 32, 64, 128, 160};
  c.blocks = {0, 1, 1, 1, 1};
  return c;
}

KeypointConfig second_keypoints() {
  KeypointConfig c;
  c.name = "second";
  c.widths = {16, 24, 48, 96, 128};
  c.blocks = {0, 1, 1, 1, 1};
  c.block = KeypointBlock::kResidual;
  return c;
}

KeypointConfig tiny_keypoints() {
  KeypointConfig c;
  c.name = "tiny";
  c.image_px = 64;
  c.widths = {8, 8, 16, 16, 16};
  c.blocks = {0, 0, 1, 1, 0};
  c.block = KeypointBlock::kResidual;
  c.pyramid_width = 16;
  c.head_width = 16;
  c.head_depth = 1;
  return c;
}

KeypointConfig wdr_keypoints() {
  KeypointConfig c;
  c.name = "wdr";
  c.image_px = 512;
  c.stem_width = 32;
  c.widths = {64, 128, 256, 512, 1024};
  c.blocks = {1, 2, 8, 8, 4};
  c.block = KeypointBlock::kBottleneck;
  c.pyramid_width = 256;
  c.levels = 5;
  c.head_width = 256;
  c.head_depth = 4;
  c.ransac_px = 5.0;
  return c;
}

Error keypoint_error(const std::string& problem) {
  return {ErrorCode::kInput, "keypoint configuration: " + problem};
}

bool whole_in(int value, int low, int high) {
  return value >= low && value <= high;
}

bool number_in(double value, double low, double high) {
  return std::isfinite(value) && value >= low && value <= high;
}

bool stages_are_good(const KeypointConfig& c) {
  const auto all_in = [](const std::vector<int>& values, int low, int high) {
    return values.size() == kKeypointStages &&
           std::all_of(values.begin(), values.end(), [&](int v) { return whole_in(v, low, high); });
  };
  return all_in(c.widths, 2, 2048) && all_in(c.blocks, 0, 32) &&
         (c.stem_width == 0 || whole_in(c.stem_width, 2, 2048));
}

bool object_is_good(const KeypointObject& object) {
  bool good = object.name.size() <= 256 && object.category.size() <= 256;
  for (int axis = 0; axis < 3; ++axis) {
    good = good && number_in(object.center[axis], -1e6, 1e6) && number_in(object.size[axis], 1e-9, 1e6);
  }
  return good;
}

}  // namespace

Expected<KeypointConfig> named_keypoint_config(const std::string& name) {
  for (const KeypointConfig& config :
       {small_keypoints(), second_keypoints(), tiny_keypoints(), wdr_keypoints()}) {
    if (config.name == name) {
      return config;
    }
  }
  return Error{ErrorCode::kUsage,
               "unknown keypoint configuration \"" + name + "\"; choose small, second, tiny or wdr."};
}

// Bounds that keep a hostile checkpoint from asking for absurd memory.
Expected<void> check_keypoint_config(const KeypointConfig& c) {
  if (!whole_in(c.image_px, 32, 2048) || c.image_px % 32 != 0) {
    return keypoint_error("image_px must be a multiple of 32 from 32 to 2048.");
  }
  if (!stages_are_good(c)) {
    return keypoint_error("expected widths (2 to 2048) and blocks (0 to 32) of five stages.");
  }
  const bool sizes = whole_in(c.pyramid_width, 2, 2048) && whole_in(c.levels, 1, kMostKeypointLevels) &&
                     whole_in(c.head_width, 2, 2048) && whole_in(c.head_depth, 0, 16);
  const bool numbers = number_in(c.level_strides, 0.1, 100.0) && number_in(c.level_lambda, 0.0, 100.0) &&
                       number_in(c.confidence, 0.0, 1.0) && whole_in(c.most_cells, 1, 4096) &&
                       number_in(c.ransac_px, 0.01, 1000.0) && whole_in(c.ransac_iterations, 1, 100000);
  if (!sizes || !numbers || !object_is_good(c.object)) {
    return keypoint_error("a size or number is out of its range; use one of the named configurations.");
  }
  return {};
}

int level_stride(int level) {
  return kFirstKeypointStride << level;
}

double level_size_px(const KeypointConfig& config, int level) {
  return config.level_strides * level_stride(level);
}

std::vector<double> level_weights(const KeypointConfig& config, double size_px) {
  std::vector<double> weights;
  for (int level = 0; level < config.levels; ++level) {
    const double off = std::log2(size_px / level_size_px(config, level));
    weights.push_back(-config.level_lambda * off * off);
  }
  const double greatest = *std::max_element(weights.begin(), weights.end());
  for (double& weight : weights) {
    weight = std::exp(weight - greatest);
  }
  return weights;
}

std::array<Eigen::Vector3d, 8> keypoint_corners(const KeypointConfig& config) {
  return box_corners({{}, Eigen::Vector3d(config.object.size.data())});
}

Expected<KeypointConfig> keypoint_checkpoint_config(const CheckpointFile& file) {
  auto config = keypoint_config_from_json(file.text("config"));
  if (!config) {
    return input_error(file.path.string(), "metadata \"config\"", config.error().message,
                       "train again with this version");
  }
  return config;
}

}  // namespace alidade
