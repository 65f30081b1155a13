// SPDX-License-Identifier: BSD-3-Clause
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/nn/keypoint/keypoint_config.h"

namespace alidade {

NLOHMANN_JSON_SERIALIZE_ENUM(KeypointBlock, {{KeypointBlock::kPlain, "plain"},
                                             {KeypointBlock::kResidual, "residual"},
                                             {KeypointBlock::kBottleneck, "bottleneck"}})

namespace {

using nlohmann::ordered_json;

// One list of keys serves writing, reading and the check for strangers.
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

Error other_keypoint_version(const std::string& problem) {
  return {ErrorCode::kInput, problem + "; the checkpoint belongs to another version."};
}

}  // namespace

std::string to_json(const KeypointConfig& config) {
  ordered_json json;
  visit_keypoint_fields(config, [&json](const char* key, const auto& value) { json[key] = value; });
  return json_text(json);
}

Expected<KeypointConfig> keypoint_config_from_json(const std::string& text) {
  const auto parsed = parse_ordered_json(text, "keypoint configuration");
  if (!parsed || !parsed->is_object()) {
    return other_keypoint_version("expected a JSON object without a key twice");
  }
  KeypointConfig config;
  std::set<std::string> known;
  std::string wrong;
  visit_keypoint_fields(config, [&](const char* key, auto& value) {
    known.insert(key);
    try {
      parsed->at(key).get_to(value);
      // Names that are none become the first of an enumeration, fractions whole numbers: said, not taken.
      if (ordered_json(value) != parsed->at(key)) {
        wrong = key;
      }
    } catch (const nlohmann::json::exception&) {
      wrong = key;
    }
  });
  if (!wrong.empty()) {
    return other_keypoint_version("key \"" + wrong + "\" is missing or holds nothing that is known");
  }
  for (const auto& item : parsed->items()) {
    if (!known.contains(item.key())) {
      return other_keypoint_version("unknown key \"" + item.key() + "\"");
    }
  }
  if (auto checked = check_keypoint_config(config); !checked) {
    return checked.error();
  }
  return config;
}

}  // namespace alidade
