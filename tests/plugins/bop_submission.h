// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

namespace alidade::test {

inline nlohmann::json read_json_file(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return nlohmann::json::parse(stream, nullptr, false);
}

inline std::string numbers_text(const nlohmann::json& numbers) {
  std::string text;
  for (const auto& number : numbers) {
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.17g", number.get<double>());
    text += (text.empty() ? "" : " ") + std::string(digits);
  }
  return text;
}

/// The ground truth of the scenes below `split` as a results CSV, scored by visibility so that the most
/// visible instances come first. `change` may alter an annotation or, by false, leave it out.
inline std::string truth_submission(
    const std::filesystem::path& split,
    const std::function<bool(nlohmann::json&)>& change = [](nlohmann::json&) { return true; }) {
  std::string csv = "scene_id,im_id,obj_id,score,R,t,time\n";
  for (const auto& scene : std::filesystem::directory_iterator(split)) {
    const auto truth = read_json_file(scene.path() / "scene_gt.json");
    const auto info = read_json_file(scene.path() / "scene_gt_info.json");
    for (const auto& [image, list] : truth.items()) {
      for (std::size_t i = 0; i < list.size(); ++i) {
        auto item = list[i];
        if (!change(item)) {
          continue;
        }
        csv += std::to_string(std::stoi(scene.path().filename().string())) + "," +
               std::to_string(std::stoi(image)) + "," + std::to_string(item.at("obj_id").get<int>()) + "," +
               numbers_text(nlohmann::json::array(
                   {info.is_object() ? info.at(image)[i].at("visib_fract") : nlohmann::json(1.0)})) +
               "," + numbers_text(item.at("cam_R_m2c")) + "," + numbers_text(item.at("cam_t_m2c")) +
               ",0.125\n";
      }
    }
  }
  return csv;
}

}  // namespace alidade::test
