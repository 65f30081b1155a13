// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/nn/config_fields.h"
#include "core/nn/decompose/decompose_config.h"

namespace alidade {

NLOHMANN_JSON_SERIALIZE_ENUM(BranchCapacity, {{BranchCapacity::kHigh, "high"}, {BranchCapacity::kLow, "low"}})
NLOHMANN_JSON_SERIALIZE_ENUM(SplitBlock, {{SplitBlock::kNone, "none"},
                                          {SplitBlock::kBackbone, "backbone"},
                                          {SplitBlock::kCorrespondence, "correspondence"},
                                          {SplitBlock::kHead, "head"}})
NLOHMANN_JSON_SERIALIZE_ENUM(ColorSource, {{ColorSource::kNone, "none"},
                                           {ColorSource::kEncoder, "encoder"},
                                           {ColorSource::kRandom, "random"}})
// Of any kind of JSON: the library's macro knows the one without order alone.
template <class Json>
void to_json(Json& json, const PointLevel& level) {
  json = Json{{"centers", level.centers},
              {"radius_m", level.radius_m},
              {"neighbors", level.neighbors},
              {"widths", level.widths},
              {"propagation", level.propagation}};
}

template <class Json>
void from_json(const Json& json, PointLevel& level) {
  json.at("centers").get_to(level.centers);
  json.at("radius_m").get_to(level.radius_m);
  json.at("neighbors").get_to(level.neighbors);
  json.at("widths").get_to(level.widths);
  json.at("propagation").get_to(level.propagation);
}

namespace {

template <class Config, class Visitor>
void visit_decompose_fields(Config& c, Visitor&& visit) {
  visit("name", c.name);
  visit("num_points", c.num_points);
  visit("feature_width", c.feature_width);
  visit("levels", c.levels);
  visit("color", c.color);
  visit("image_width", c.image_width);
  visit("crop_px", c.crop_px);
  visit("keypoints", c.keypoints);
  visit("local_neighbors", c.local_neighbors);
  visit("context_blocks", c.context_blocks);
  visit("branch_hidden", c.branch_hidden);
  visit("low_hidden", c.low_hidden);
  visit("geometry_code", c.geometry_code);
  visit("attention_heads", c.attention_heads);
  visit("reconstructed_points", c.reconstructed_points);
  visit("position_widths", c.position_widths);
  visit("head_widths", c.head_widths);
  visit("translation_scale", c.translation_scale);
  visit("categories", c.categories);
  visit("routing", c.routing);
  visit("capacities", c.capacities);
  visit("split", c.split);
}

/// As an object, so that it can be handed on.
constexpr auto kFieldsOfDecomposeConfig = [](auto& config, auto&& visit) {
  visit_decompose_fields(config, visit);
};

}  // namespace

std::string to_json(const DecomposeConfig& config) {
  return config_text(config, kFieldsOfDecomposeConfig);
}

Expected<DecomposeConfig> decompose_config_from_json(const std::string& text) {
  auto config = config_from_text<DecomposeConfig>(text, kFieldsOfDecomposeConfig);
  if (!config) {
    return config.error();
  }
  if (auto checked = check_decompose_config(*config); !checked) {
    return checked.error();
  }
  return config;
}

}  // namespace alidade
