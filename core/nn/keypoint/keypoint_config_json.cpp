// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/nn/config_fields.h"
#include "core/nn/keypoint/keypoint_config.h"

namespace alidade {

NLOHMANN_JSON_SERIALIZE_ENUM(KeypointBlock, {{KeypointBlock::kPlain, "plain"},
                                             {KeypointBlock::kResidual, "residual"},
                                             {KeypointBlock::kBottleneck, "bottleneck"}})

namespace {

template <class Config, class Visitor>
void visit_keypoint_fields(Config& c, Visitor&& visit) {
  visit("name", c.name);
  visit("image_px", c.image_px);
  visit("stem_width", c.stem_width);
  visit("widths", c.widths);
  visit("blocks", c.blocks);
  visit("block", c.block);
  visit("pyramid_width", c.pyramid_width);
  visit("levels", c.levels);
  visit("head_width", c.head_width);
  visit("head_depth", c.head_depth);
  visit("norm", c.norm);
  visit("level_strides", c.level_strides);
  visit("level_lambda", c.level_lambda);
  visit("confidence", c.confidence);
  visit("most_cells", c.most_cells);
  visit("ransac_px", c.ransac_px);
  visit("ransac_iterations", c.ransac_iterations);
  visit("object_id", c.object.id);
  visit("object_name", c.object.name);
  visit("object_category", c.object.category);
  visit("object_center_m", c.object.center);
  visit("object_size_m", c.object.size);
}

/// As an object, so that it can be handed on.
constexpr auto kFieldsOfKeypointConfig = [](auto& config, auto&& visit) {
  visit_keypoint_fields(config, visit);
};

}  // namespace

std::string to_json(const KeypointConfig& config) {
  return config_text(config, kFieldsOfKeypointConfig);
}

Expected<KeypointConfig> keypoint_config_from_json(const std::string& text) {
  auto config = config_from_text<KeypointConfig>(text, kFieldsOfKeypointConfig);
  if (!config) {
    return config.error();
  }
  if (auto checked = check_keypoint_config(*config); !checked) {
    return checked.error();
  }
  return config;
}

}  // namespace alidade
