// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/pose_diffusion/pose_network_config.h"

#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/nn/checkpoint_file.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

// One list of keys serves writing, reading and the check for strangers.
template <class Config, class Visitor>
void visit_fields(Config& c, Visitor&& visit) {
  visit("name", c.name);
  visit("num_points", c.num_points);
  visit("centers", c.centers);
  visit("neighbors", c.neighbors);
  visit("radius_m", c.radius_m);
  visit("widths", c.widths);
  visit("center_points", c.center_points);
  visit("regression_width", c.regression_width);
  visit("pose_width", c.pose_width);
  visit("time_width", c.time_width);
  visit("head_width", c.head_width);
  visit("fourier_scale", c.fourier_scale);
  visit("size_head", c.size_head);
  visit("sigma_min", c.sigma_min);
  visit("sigma_max", c.sigma_max);
  visit("precondition", c.precondition);
  visit("translation_scale", c.translation_scale);
}

Error config_error(const std::string& problem) {
  return {ErrorCode::kInput, "network configuration: " + problem};
}

bool in_range(int value, int low, int high) {
  return value >= low && value <= high;
}

// Bounds that keep a hostile checkpoint from asking for absurd memory.
Expected<void> check(const PoseNetworkConfig& c) {
  bool good = in_range(c.num_points, 32, 8192) && in_range(c.centers[0], 8, c.num_points) &&
              in_range(c.centers[1], 4, c.centers[0]) && in_range(c.neighbors[0], 1, 128) &&
              in_range(c.neighbors[1], 1, 128);
  for (const int width : c.widths) {
    good = good && in_range(width, 4, 4096);
  }
  for (const int width : {c.regression_width, c.pose_width, c.time_width, c.head_width}) {
    good = good && in_range(width, 4, 4096);
  }
  good = good && c.time_width % 2 == 0;
  const auto positive = [](double value) { return std::isfinite(value) && value > 0.0 && value < 1e6; };
  good = good && positive(c.radius_m[0]) && positive(c.radius_m[1]) && positive(c.fourier_scale) &&
         positive(c.sigma_min) && positive(c.sigma_max) && c.sigma_max > c.sigma_min &&
         positive(c.translation_scale);
  if (!good) {
    return config_error("a size, radius or scale is out of its range; use one of the named configurations.");
  }
  return {};
}

PoseNetworkConfig paper_config() {
  PoseNetworkConfig c;
  c.name = "paper";
  c.num_points = 1024;
  c.widths = {32, 64, 128, 256, 512, 1024};
  c.regression_width = 256;
  c.pose_width = 256;
  c.time_width = 128;
  c.head_width = 256;
  return c;
}

}  // namespace

Expected<PoseNetworkConfig> named_config(const std::string& name) {
  if (name == "small") {
    return PoseNetworkConfig{};
  }
  if (name == "paper") {
    return paper_config();
  }
  if (name == "genpose") {
    PoseNetworkConfig c = paper_config();
    c.name = "genpose";
    c.center_points = false;
    c.size_head = false;
    c.precondition = false;
    c.translation_scale = 1.0;
    c.sixd_order = SixDOrder::kXY;
    return c;
  }
  if (name == "tiny") {
    PoseNetworkConfig c;
    c.name = "tiny";
    c.num_points = 128;
    c.centers = {32, 8};
    c.neighbors = {8, 8};
    c.radius_m = {0.06, 0.15};
    c.widths = {16, 24, 32, 48, 64, 96};
    c.regression_width = c.pose_width = c.head_width = 48;
    c.time_width = 32;
    return c;
  }
  return Error{ErrorCode::kUsage,
               "unknown network configuration \"" + name + "\"; choose small, tiny, paper or genpose."};
}

std::string to_json(const PoseNetworkConfig& config) {
  ordered_json json;
  visit_fields(config, [&json](const char* key, const auto& value) { json[key] = value; });
  json["sixd_order"] = config.sixd_order == SixDOrder::kXY ? "xy" : "yx";
  return json_text(json);
}

Expected<PoseNetworkConfig> pose_network_config_from_json(const std::string& text) {
  const auto parsed = parse_ordered_json(text, "network configuration");
  if (!parsed || !parsed->is_object()) {
    return config_error(
        "expected a JSON object without a key twice; the checkpoint was not written by Alidade.");
  }
  const ordered_json& json = *parsed;
  PoseNetworkConfig config;
  std::set<std::string> known{"sixd_order"};
  std::string wrong;
  visit_fields(config, [&](const char* key, auto& value) {
    known.insert(key);
    try {
      json.at(key).get_to(value);
    } catch (const nlohmann::json::exception&) {
      wrong = key;
    }
  });
  if (!wrong.empty()) {
    return config_error("key \"" + wrong +
                        "\" is missing or of the wrong type; the checkpoint belongs to another version.");
  }
  for (const auto& [key, value] : json.items()) {
    if (!known.contains(key)) {
      return config_error("unknown key \"" + key + "\"; the checkpoint belongs to another version.");
    }
  }
  const auto found_order = json.find("sixd_order");
  const auto order =
      found_order != json.end() && found_order->is_string() ? found_order->get<std::string>() : std::string();
  if (order != "xy" && order != "yx") {
    return config_error("sixd_order must be \"xy\" or \"yx\".");
  }
  config.sixd_order = order == "xy" ? SixDOrder::kXY : SixDOrder::kYX;
  if (auto checked = check(config); !checked) {
    return checked.error();
  }
  return config;
}

Expected<PoseNetworkConfig> checkpoint_config(const CheckpointFile& file) {
  auto config = pose_network_config_from_json(file.text("config"));
  if (!config) {
    return input_error(file.path.string(), "metadata \"config\"", config.error().message,
                       "train again with this version");
  }
  return config;
}

}  // namespace alidade
