// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/study_sizes.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostCharacters = 39;

}  // namespace

std::string plan_settings_text(const std::vector<NamedSize>& sizes, const PlanSettings& settings) {
  ordered_json json;
  for (const NamedSize& size : sizes) {
    json["sizes"][size.name] = size.number != nullptr ? ordered_json(*size.number) : ordered_json(*size.text);
  }
  json["breadth"] = settings.breadth;
  json["recipes_sha256"] = settings.recipes_sha256;
  return json_text(json);
}

std::optional<PlanSettings> read_plan_settings(const std::string& text, const std::vector<NamedSize>& sizes) {
  try {
    const auto json = embedded_json(text);
    for (const NamedSize& size : sizes) {
      const auto& value = json.at("sizes").at(size.name);
      if (size.number != nullptr) {
        value.get_to(*size.number);
      } else {
        value.get_to(*size.text);
      }
    }
    return PlanSettings{json.at("breadth").get<std::string>(), json.at("recipes_sha256").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

bool are_possible(const std::vector<NamedSize>& sizes) {
  return std::all_of(sizes.begin(), sizes.end(), [](const NamedSize& size) {
    return size.number != nullptr ? *size.number >= size.least && *size.number <= size.largest
                                  : !size.text->empty() && size.text->size() <= kMostCharacters;
  });
}

std::optional<std::vector<std::size_t>> listed_steps(const ExperimentPlan& kept,
                                                     const std::vector<std::string>& known) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < known.size(); ++i) {
    places.emplace(known[i], i);
  }
  std::vector<std::size_t> listed;
  for (const PlannedStep& step : kept.steps) {
    const auto found = places.find(step.name);
    if (found == places.end()) {
      return std::nullopt;
    }
    listed.push_back(found->second);
  }
  return listed.empty() ? std::nullopt : std::optional(listed);
}

}  // namespace alidade
