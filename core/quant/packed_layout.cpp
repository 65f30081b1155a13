// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/packed_layout.h"

#include <bit>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

constexpr std::size_t kMostAxes = 16;

const char* format_of(const PackedGroup& group) {
  return is_standard(group.levels) ? "pack-quantized" : "alidade-levels";
}

/// "pack-quantized" or "alidade-levels" if all groups are, else what `compressed-tensors` calls a mixture.
std::string format_of(const std::vector<PackedGroup>& groups) {
  std::string format = groups.empty() ? "pack-quantized" : format_of(groups.front());
  for (const PackedGroup& group : groups) {
    format = format == format_of(group) ? format : "mixed-precision";
  }
  return format;
}

/// A text of an object; empty when it is not there or none.
std::string text_at(const nlohmann::json& object, const char* key) {
  return object.is_object() && object.contains(key) && object.at(key).is_string()
             ? object.at(key).get<std::string>()
             : std::string();
}

Expected<PackedGroup> parse_group(const nlohmann::json& item, const std::string& name,
                                  const std::string& key) {
  const nlohmann::json weights =
      item.is_object() && item.contains("weights") ? item.at("weights") : nlohmann::json();
  const std::string format = text_at(item, "format"), strategy = text_at(weights, "strategy");
  const bool whole = weights.is_object() && weights.contains("num_bits") &&
                     weights.at("num_bits").is_number_integer() && weights.contains("symmetric") &&
                     weights.at("symmetric") == true;
  if (!whole || (strategy != "channel" && strategy != "tensor") || !item.contains("targets") ||
      !item.at("targets").is_array()) {
    return bad_packed_file(name, key, "the group has no targets or no weights that can be read");
  }
  const auto bits = weights.at("num_bits").get<std::int64_t>();
  auto levels = named_levels(format == "alidade-levels" ? text_at(weights, "levels") : std::to_string(bits));
  if (!levels || levels->bits != bits || (format == "pack-quantized") != is_standard(*levels)) {
    return bad_packed_file(name, key, "there is no such format or no such levels");
  }
  PackedGroup group{std::move(*levels), strategy == "channel", {}};
  for (const auto& target : item.at("targets")) {
    if (!target.is_string()) {
      return bad_packed_file(name, key, "a target is not the name of a tensor");
    }
    group.targets.push_back(target.get<std::string>());
  }
  return group;
}

}  // namespace

bool is_standard(const LevelSet& levels) {
  return levels.kind == LevelKind::kUniform;
}

std::string config_text(const std::vector<PackedGroup>& groups) {
  nlohmann::json config = {{"quant_method", "compressed-tensors"},
                           {"format", format_of(groups)},
                           {"quantization_status", "compressed"},
                           {"config_groups", nlohmann::json::object()}};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const PackedGroup& group = groups[i];
    nlohmann::json weights = {{"num_bits", group.levels.bits},
                              {"type", "int"},
                              {"symmetric", true},
                              {"strategy", group.channel ? "channel" : "tensor"}};
    if (!is_standard(group.levels)) {
      weights["levels"] = group.levels.name();
    }
    config["config_groups"]["group_" + std::to_string(i)] = {
        {"format", format_of(group)}, {"weights", weights}, {"targets", group.targets}};
  }
  return json_text(config);
}

Expected<std::vector<PackedGroup>> parse_config(const std::string& text, const std::string& name) {
  const auto config = parse_json(text, name + ": " + kConfigKey);
  if (!config) {
    return config.error();
  }
  if (text_at(*config, "quant_method") != "compressed-tensors" || !config->contains("config_groups") ||
      !config->at("config_groups").is_object()) {
    return bad_packed_file(name, kConfigKey, "it is not the configuration of packed weights");
  }
  std::vector<PackedGroup> groups;
  for (const auto& [key, item] : config->at("config_groups").items()) {
    auto group = parse_group(item, name, key);
    if (!group) {
      return group.error();
    }
    groups.push_back(std::move(*group));
  }
  return groups;
}

TensorEntry float_tensor(const std::vector<double>& values, std::vector<std::int64_t> shape) {
  TensorEntry tensor{"F32", std::move(shape), std::string(values.size() * sizeof(float), '\0')};
  static_assert(std::endian::native == std::endian::little);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<float>(values[i]);
    std::memcpy(tensor.bytes.data() + i * sizeof(float), &value, sizeof(float));
  }
  return tensor;
}

TensorEntry shape_tensor(const std::vector<std::int64_t>& shape) {
  TensorEntry tensor{"I64",
                     {static_cast<std::int64_t>(shape.size())},
                     std::string(shape.size() * sizeof(std::int64_t), '\0')};
  std::memcpy(tensor.bytes.data(), shape.data(), tensor.bytes.size());
  return tensor;
}

Expected<std::vector<std::int64_t>> shape_of_tensor(const TensorEntry& tensor, const std::string& name,
                                                    const std::string& key) {
  if (tensor.dtype != "I64" || tensor.shape.size() != 1 ||
      tensor.bytes.size() > kMostAxes * sizeof(std::int64_t)) {
    return bad_packed_file(name, key, "it is not a shape of at most 16 whole numbers");
  }
  std::vector<std::int64_t> shape(tensor.bytes.size() / sizeof(std::int64_t));
  std::memcpy(shape.data(), tensor.bytes.data(), tensor.bytes.size());
  return shape;
}

Error bad_packed_file(const std::string& name, const std::string& where, const std::string& problem) {
  return input_error(
      name, where, problem,
      "the file is damaged or not one that `alidade quantize apply` wrote, get or make it again");
}

}  // namespace alidade
