// SPDX-License-Identifier: BSD-3-Clause
#include "core/training/run_layout.h"

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/io/json_file.h"
#include "core/training/training_log_text.h"

namespace alidade {
namespace {

constexpr char kRunFormat[] = "alidade-run/2";
constexpr std::size_t kMostPhases = 1000;
constexpr unsigned kMostThreads = 100000;

Error not_a_layout(const std::string& file, const std::string& problem) {
  return input_error(file, "", problem, "the run is shown without its phases");
}

}  // namespace

std::string run_layout_text(const std::vector<TrainingPhase>& phases, const std::vector<int>& threads) {
  nlohmann::ordered_json json{{"format", kRunFormat}, {"phases", nlohmann::ordered_json::array()}};
  for (const TrainingPhase& phase : phases) {
    json["phases"].push_back({{"name", phase.name}, {"steps", phase.steps}, {"idle", phase.idle}});
  }
  json["threads"] = threads;
  return json_text(json) + "\n";
}

bool is_run_layout(const std::string& text, const std::vector<TrainingPhase>& phases) {
  const auto found = parse_json(text, kRunLayoutFile);
  const auto expected = parse_json(run_layout_text(phases, {}), kRunLayoutFile);
  if (!found || !found->is_object()) {
    return false;
  }
  nlohmann::json compared = *found;
  compared["threads"] = nlohmann::json::array();
  return compared == *expected;
}

std::vector<int> run_layout_threads(const std::string& text) {
  const auto json = parse_json(text, kRunLayoutFile);
  std::vector<int> threads;
  if (json && json->is_object() && json->contains("threads") && json->at("threads").is_array()) {
    for (const auto& number : json->at("threads")) {
      if (threads.size() < kMostPhases && number.is_number_unsigned() && number <= kMostThreads) {
        threads.push_back(number.get<int>());
      }
    }
  }
  return threads;
}

Expected<std::vector<TrainingPhase>> parse_run_layout(const std::string& text, const std::string& file) {
  const auto json = parse_json(text, file);
  if (!json) {
    return json.error();
  }
  if (!json->is_object() || json->value("format", nlohmann::json()) != kRunFormat ||
      !json->contains("phases") || !json->at("phases").is_array() ||
      json->at("phases").size() > kMostPhases) {
    return not_a_layout(file, std::string("expected \"format\": \"") + kRunFormat + "\" and \"phases\"");
  }
  std::vector<TrainingPhase> phases;
  for (const auto& one : json->at("phases")) {
    const bool known = one.is_object() && one.contains("name") && one["name"].is_string() &&
                       one.contains("steps") && one["steps"].is_number_unsigned() &&
                       one["steps"].get<std::uint64_t>() <= (std::uint64_t{1} << 40);
    if (!known) {
      return not_a_layout(file, "a phase without \"name\" or \"steps\" is listed");
    }
    TrainingPhase phase{plain_name(one["name"].get<std::string>()), one["steps"].get<std::int64_t>(), {}};
    for (const auto& loss : one.value("idle", nlohmann::json::array())) {
      if (loss.is_string()) {
        phase.idle.push_back(loss.get<std::string>());
      }
    }
    phases.push_back(std::move(phase));
  }
  return phases;
}

}  // namespace alidade
