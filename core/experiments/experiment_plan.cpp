// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/experiment_plan.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {

using nlohmann::ordered_json;

namespace {
constexpr double kMostPlannedSeconds = 1e9;
}  // namespace

std::filesystem::path plan_path(const std::filesystem::path& folder) {
  return folder / "plan.json";
}

std::string to_json(const ExperimentPlan& plan) {
  ordered_json json;
  json["quick"] = plan.quick;
  json.update(embedded_json(plan.settings));
  json["steps"] = ordered_json::array();
  for (const PlannedStep& step : plan.steps) {
    json["steps"].push_back({{"name", step.name}, {"seconds", std::round(step.seconds * 10.0) / 10.0}});
  }
  return json_text(json, 2) + "\n";
}

Expected<ExperimentPlan> experiment_plan_from_json(const std::string& text, const std::string& name) {
  auto parsed = parse_ordered_json(text, name);
  ExperimentPlan plan;
  if (!parsed) {
    return plan_error(name, "it is not a plan of this version");
  }
  ordered_json& json = *parsed;
  try {
    json.at("quick").get_to(plan.quick);
    for (const auto& step : json.at("steps")) {
      plan.steps.push_back({step.at("name").get<std::string>(), step.at("seconds").get<double>()});
      if (!(plan.steps.back().seconds >= 0.0 && plan.steps.back().seconds <= kMostPlannedSeconds)) {
        return plan_error(name, "a step has no number of seconds");
      }
    }
    json.erase("quick");
    json.erase("steps");
    plan.settings = json_text(json);
  } catch (const nlohmann::json::exception&) {
    return plan_error(name, "it is not a plan of this version");
  }
  return plan;
}

Error plan_error(const std::string& name, const std::string& problem) {
  return input_error(name, "", problem, "start in a new folder");
}

Error other_plan(const std::filesystem::path& folder, const std::string& what) {
  return {ErrorCode::kUsage,
          plan_path(folder).string() + ": the folder holds another plan (" + what +
              "); resume it with the options it was started with, or name another folder."};
}

}  // namespace alidade
