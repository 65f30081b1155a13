// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/vit/vision_transformer_config.h"

#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

constexpr const char* kPositionNames[] = {"offset01", "size", "antialias"};

// One list of keys serves writing, reading and the check for strangers.
template <class Config, class Visitor>
void visit_transformer_fields(Config& c, Visitor&& visit) {
  visit("name", c.name);
  visit("dim", c.dim);
  visit("heads", c.heads);
  visit("depth", c.depth);
  visit("patch", c.patch);
  visit("mlp_ratio", c.mlp_ratio);
  visit("grid", c.grid);
  visit("registers", c.registers);
}

Error transformer_error(const std::string& problem) {
  return {ErrorCode::kInput, "vision transformer configuration: " + problem};
}

bool within(int value, int low, int high) {
  return value >= low && value <= high;
}

}  // namespace

Expected<VisionTransformerConfig> named_vision_transformer(const std::string& name) {
  if (name == "encoder_small") {
    return VisionTransformerConfig{};
  }
  if (name == "encoder_tiny") {
    return VisionTransformerConfig{
        .name = name, .dim = 16, .heads = 2, .depth = 2, .mlp_ratio = 2, .grid = 3};
  }
  if (name == "dinov2_vits14") {
    return VisionTransformerConfig{.name = name, .dim = 384, .heads = 6, .depth = 12, .grid = 37};
  }
  return Error{ErrorCode::kUsage, "unknown vision transformer \"" + shortened(name, 80) +
                                      "\"; choose encoder_small, encoder_tiny or dinov2_vits14."};
}

// Bounds that keep a hostile file from asking for absurd memory.
Expected<void> check(const VisionTransformerConfig& c) {
  const bool good = within(c.dim, 4, 2048) && within(c.heads, 1, 64) && within(c.depth, 1, 48) &&
                    within(c.patch, 2, 64) && within(c.mlp_ratio, 1, 8) && within(c.grid, 1, 128) &&
                    within(c.registers, 0, 64);
  if (!good) {
    return transformer_error("a size is out of its range; use one of the named configurations.");
  }
  if (c.dim % c.heads != 0) {
    return transformer_error("the dimension " + std::to_string(c.dim) + " is no multiple of " +
                             std::to_string(c.heads) + " heads; give a number of heads that divides it.");
  }
  return {};
}

std::string to_json(const VisionTransformerConfig& config) {
  nlohmann::ordered_json json;
  visit_transformer_fields(config, [&json](const char* key, const auto& value) { json[key] = value; });
  json["positions"] = kPositionNames[static_cast<int>(config.positions)];
  return json_text(json);
}

Expected<VisionTransformerConfig> vision_transformer_config_from_json(const std::string& text) {
  const auto json = parse_ordered_json(text, "vision transformer configuration");
  if (!json || !json->is_object()) {
    return transformer_error("expected a JSON object without a key twice.");
  }
  VisionTransformerConfig config;
  std::set<std::string> known{"positions"};
  std::string wrong;
  visit_transformer_fields(config, [&](const char* key, auto& value) {
    known.insert(key);
    try {
      json->at(key).get_to(value);
    } catch (const nlohmann::json::exception&) {
      wrong = key;
    }
  });
  if (!wrong.empty()) {
    return transformer_error("key \"" + wrong + "\" is missing or of the wrong type.");
  }
  for (const auto& [key, value] : json->items()) {
    if (!known.contains(key)) {
      return transformer_error("unknown key \"" + shortened(key, 80) + "\"; it belongs to another version.");
    }
  }
  const auto found = json->find("positions");
  const std::string positions =
      found != json->end() && found->is_string() ? found->get<std::string>() : std::string();
  int at = 0;
  while (at < static_cast<int>(std::size(kPositionNames)) && positions != kPositionNames[at]) {
    ++at;
  }
  if (at == static_cast<int>(std::size(kPositionNames))) {
    return transformer_error("positions must be \"offset01\", \"size\" or \"antialias\".");
  }
  config.positions = static_cast<PositionResize>(at);
  if (auto checked = check(config); !checked) {
    return checked.error();
  }
  return config;
}

std::vector<ParameterInfo> vision_transformer_parameters(const VisionTransformerConfig& c) {
  const std::int64_t dim = c.dim, hidden = dim * c.mlp_ratio, cells = std::int64_t{c.grid} * c.grid;
  std::vector<ParameterInfo> list{{"cls_token", {1, 1, dim}}, {"pos_embed", {1, 1 + cells, dim}}};
  if (c.registers > 0) {
    list.push_back({"register_tokens", {1, c.registers, dim}});
  }
  list.push_back({"mask_token", {1, dim}});
  list.push_back({"patch_embed.proj.weight", {dim, 3, c.patch, c.patch}});
  list.push_back({"patch_embed.proj.bias", {dim}});
  const auto layer = [&list](const std::string& name, std::vector<std::int64_t> weight) {
    const std::int64_t rows = weight[0];
    list.push_back({name + ".weight", std::move(weight)});
    list.push_back({name + ".bias", {rows}});
  };
  for (int i = 0; i < c.depth; ++i) {
    const std::string block = "blocks." + std::to_string(i) + ".";
    layer(block + "norm1", {dim});
    layer(block + "attn.qkv", {3 * dim, dim});
    layer(block + "attn.proj", {dim, dim});
    list.push_back({block + "ls1.gamma", {dim}});
    layer(block + "norm2", {dim});
    layer(block + "mlp.fc1", {hidden, dim});
    layer(block + "mlp.fc2", {dim, hidden});
    list.push_back({block + "ls2.gamma", {dim}});
  }
  layer("norm", {dim});
  return list;
}

}  // namespace alidade
