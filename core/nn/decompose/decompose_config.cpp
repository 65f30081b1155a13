// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/decompose_config.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/nn/checkpoint_file.h"

namespace alidade {
namespace {

DecomposeConfig published_config() {
  DecomposeConfig c;
  c.name = "published";
  c.num_points = 1024;
  c.feature_width = 128;
  c.levels = {{512, {0.01, 0.02}, {16, 32}, {{16, 16, 32}, {32, 32, 64}}, {128, 128}},
              {256, {0.02, 0.04}, {16, 32}, {{64, 64, 128}, {64, 96, 128}}, {256, 256}},
              {128, {0.04, 0.08}, {16, 32}, {{128, 196, 256}, {128, 196, 256}}, {256, 256}},
              {64, {0.08, 0.16}, {16, 32}, {{256, 256, 512}, {256, 384, 512}}, {512, 512}}};
  c.image_width = 384;
  c.crop_px = 224;
  c.keypoints = 96;
  c.local_neighbors = 32;
  c.context_blocks = 2;
  c.branch_hidden = 256;
  c.low_hidden = 256;
  c.reconstructed_points = 10;
  c.head_widths = {512, 256};
  return c;
}

DecomposeConfig tiny_config() {
  DecomposeConfig c;
  c.name = "tiny";
  c.num_points = 64;
  c.feature_width = 12;
  c.levels = {{16, {0.05}, {6}, {{12, 12}}, {16}}, {6, {0.12}, {6}, {{16, 16}}, {16}}};
  c.image_width = 24;
  c.crop_px = 56;
  c.keypoints = 8;
  c.local_neighbors = 5;
  c.branch_hidden = 16;
  c.low_hidden = 16;
  c.geometry_code = 4;
  c.reconstructed_points = 2;
  c.position_widths = {8, 8};
  c.head_widths = {24, 16};
  return c;
}

DecomposeConfig small_config() {
  DecomposeConfig c;
  c.levels = {{80, {0.03}, {10}, {{24, 48}}, {48}},
              {24, {0.07}, {10}, {{48, 96}}, {96}},
              {8, {0.16}, {10}, {{96, 160}}, {96}}};
  return c;
}

Error decompose_error(const std::string& problem) {
  return {ErrorCode::kInput, "DecomPose configuration: " + problem};
}

bool within(int value, int low, int high) {
  return value >= low && value <= high;
}

bool all_within(const std::vector<int>& values, int low, int high) {
  return !values.empty() && values.size() <= 8 &&
         std::all_of(values.begin(), values.end(), [&](int v) { return within(v, low, high); });
}

bool is_good(const PointLevel& level, int points) {
  const std::size_t scales = level.radius_m.size();
  const bool counts = within(level.centers, 1, points) && scales >= 1 && scales <= 4 &&
                      level.neighbors.size() == scales && level.widths.size() == scales;
  return counts && all_within(level.neighbors, 1, 128) && all_within(level.propagation, 4, 4096) &&
         std::all_of(level.radius_m.begin(), level.radius_m.end(),
                     [](double r) { return std::isfinite(r) && r > 0.0 && r < 100.0; }) &&
         std::all_of(level.widths.begin(), level.widths.end(),
                     [](const auto& widths) { return all_within(widths, 4, 4096); });
}

// Bounds that keep a hostile checkpoint from asking for absurd memory.
bool sizes_are_good(const DecomposeConfig& c) {
  bool good = within(c.num_points, 32, 8192) && within(c.feature_width, 4, 1024) && c.feature_width % 2 == 0;
  good = good && !c.levels.empty() && c.levels.size() <= 6;
  int points = c.num_points;
  for (const PointLevel& level : c.levels) {
    good = good && is_good(level, points);
    points = level.centers;
  }
  good = good && within(c.image_width, 1, 4096) && within(c.crop_px, 14, 1024);
  good = good && within(c.keypoints, 2, 1024) && within(c.local_neighbors, 1, c.num_points) &&
         within(c.context_blocks, 1, 8) && within(c.geometry_code, 1, 256) &&
         within(c.reconstructed_points, 1, 64);
  for (const int width : {c.branch_hidden, c.low_hidden, c.position_widths[0], c.position_widths[1],
                          c.head_widths[0], c.head_widths[1]}) {
    good = good && within(width, 4, 4096);
  }
  return good && within(c.attention_heads, 1, 64) && 2 * c.feature_width % c.attention_heads == 0 &&
         std::isfinite(c.translation_scale) && c.translation_scale > 0.0 && c.translation_scale < 1e6;
}

Expected<void> check_routing(const DecomposeConfig& c) {
  if (c.categories.empty() || c.categories.size() > 256) {
    return decompose_error("expected 1 to 256 categories.");
  }
  if (std::set<std::string>(c.categories.begin(), c.categories.end()).size() != c.categories.size()) {
    return decompose_error("a category is named twice; name each once.");
  }
  if (c.routing.size() != c.categories.size()) {
    return decompose_error("a category has no route; give each one a group.");
  }
  if (c.capacities.empty() || c.capacities.size() > c.categories.size()) {
    return decompose_error("there are " + std::to_string(c.capacities.size()) + " groups for " +
                           std::to_string(c.categories.size()) +
                           " categories; a group needs at least one category.");
  }
  for (int group = 0; group < c.groups(); ++group) {
    if (std::find(c.routing.begin(), c.routing.end(), group) == c.routing.end()) {
      return decompose_error("group " + std::to_string(group + 1) + " has no category; leave it out.");
    }
  }
  if (!std::all_of(c.routing.begin(), c.routing.end(), [&](int g) { return within(g, 0, c.groups() - 1); })) {
    return decompose_error("a category is routed to a group that does not exist.");
  }
  if (c.split == SplitBlock::kNone && c.groups() != 1) {
    return decompose_error("a network that splits no block has one group.");
  }
  return {};
}

}  // namespace

Expected<DecomposeConfig> named_decompose_config(const std::string& name) {
  if (name == "small") {
    return small_config();
  }
  if (name == "published") {
    return published_config();
  }
  if (name == "tiny") {
    return tiny_config();
  }
  return Error{ErrorCode::kUsage,
               "unknown DecomPose configuration \"" + name + "\"; choose small, tiny or published."};
}

Expected<int> group_of(const DecomposeConfig& config, const std::string& category) {
  const auto found = std::find(config.categories.begin(), config.categories.end(), category);
  if (found == config.categories.end()) {
    return Error{ErrorCode::kInput,
                 "the category \"" + category + "\" has no route in this network; it was trained on others."};
  }
  return config.routing[static_cast<std::size_t>(found - config.categories.begin())];
}

Expected<void> check_decompose_config(const DecomposeConfig& config) {
  if (!sizes_are_good(config)) {
    return decompose_error(
        "a size, radius or scale is out of its range; use one of the named configurations.");
  }
  return check_routing(config);
}

Expected<DecomposeConfig> decompose_checkpoint_config(const CheckpointFile& file) {
  auto config = decompose_config_from_json(file.text("config"));
  if (!config) {
    return input_error(file.path.string(), "metadata \"config\"", config.error().message,
                       "train again with this version");
  }
  return config;
}

}  // namespace alidade
