// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/groups.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/contention/grouping.h"

namespace alidade::decompose {
namespace {

using nlohmann::ordered_json;

constexpr char kHigh[] = "high", kLow[] = "low";

Expected<std::vector<std::string>> capacities_of(const std::vector<int>& groups, int count,
                                                 const std::string& letters,
                                                 const std::vector<double>& difficulty) {
  std::vector<std::string> capacities;
  if (!letters.empty()) {
    if (static_cast<int>(letters.size()) != count) {
      return usage_error("There are " + std::to_string(count) + " groups and capacities for " +
                         std::to_string(letters.size()) + ".");
    }
    for (const char letter : letters) {
      capacities.emplace_back(letter == 'H' ? kHigh : kLow);
    }
    return capacities;
  }
  for (const auto& capacity : branch_capacities(groups, count, difficulty)) {
    capacities.emplace_back(capacity == BranchCapacity::kLow ? kLow : kHigh);
  }
  return capacities;
}

}  // namespace

ordered_json to_json(const Branches& branches) {
  return {{"groups", branches.groups}, {"capacities", branches.capacities}};
}

Expected<Branches> branches_from_json(const ordered_json& json, const std::string& name) {
  Branches branches;
  try {
    json.at("groups").get_to(branches.groups);
    json.at("capacities").get_to(branches.capacities);
  } catch (const nlohmann::json::exception&) {
    return input_error(name, "", "it holds no groups", "do the step again");
  }
  if (branches.groups.empty() || branches.groups.size() != branches.capacities.size()) {
    return input_error(name, "", "its groups and capacities do not fit", "do the step again");
  }
  return branches;
}

Expected<std::vector<double>> difficulty_of(const Accuracy& accuracy, const StudySet& set) {
  std::vector<double> difficulty;
  for (const std::string& category : set.categories) {
    const auto measured = accuracy.categories.find(category);
    const auto share = measured == accuracy.categories.end() ? std::map<std::string, double>::const_iterator()
                                                             : measured->second.find(kDifficultyMetric);
    if (measured == accuracy.categories.end() || share == measured->second.end()) {
      return input_error("the validation frames", "category \"" + category + "\"",
                         "no object of it was estimated", "take more validation frames");
    }
    difficulty.push_back(1.0 - share->second);
  }
  return difficulty;
}

Expected<std::vector<double>> difficulty_from_json(const ordered_json& json, const StudySet& set) {
  std::vector<double> difficulty;
  for (const std::string& category : set.categories) {
    const auto all = json.find("difficulty");
    const auto value = all != json.end() && all->is_object() ? all->find(category) : json.end();
    if (all == json.end() || !all->is_object() || value == all->end() || !value->is_number()) {
      return input_error("the step of difficulties", "category \"" + category + "\"", "it is not there",
                         "do the step again");
    }
    difficulty.push_back(value->get<double>());
  }
  return difficulty;
}

Expected<Branches> branches_of(const StudySet& set, const std::vector<int>& groups, int count,
                               const std::string& capacities, const std::vector<double>& difficulty) {
  if (auto checked = check_groups(set.categories, groups, count); !checked) {
    return checked.error();
  }
  auto of_groups = capacities_of(groups, count, capacities, difficulty);
  if (!of_groups) {
    return of_groups.error();
  }
  Branches branches{std::vector<std::vector<std::string>>(static_cast<std::size_t>(count)),
                    std::move(*of_groups)};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    branches.groups[static_cast<std::size_t>(groups[i])].push_back(set.categories[i]);
  }
  return branches;
}

Expected<Branches> pilot_branches(const StudySet& set, const std::vector<double>& difficulty, int groups,
                                  const std::string& capacities, int index) {
  const auto quantiles = quantile_groups(set.categories, difficulty, groups);
  if (!quantiles) {
    return quantiles.error();
  }
  std::vector<int> routing = quantiles->groups;
  if (index > 0) {
    // A group that would be empty keeps its only category: the pilot then repeats the quantiles.
    const int from = index - 1;
    const auto members = std::count(routing.begin(), routing.end(), from);
    routing[quantiles->boundary_row(from)] = members > 1 ? index : from;
  }
  return branches_of(set, routing, groups, capacities, difficulty);
}

Expected<std::string> boundary_category(const StudySet& set, const std::vector<double>& difficulty,
                                        int groups, int boundary) {
  const auto quantiles = quantile_groups(set.categories, difficulty, groups);
  if (!quantiles) {
    return quantiles.error();
  }
  return set.categories[quantiles->boundary_row(boundary - 1)];
}

Expected<ordered_json> refined_json(const StudySet& set, const std::vector<double>& difficulty, int groups,
                                    const std::string& capacities,
                                    const std::vector<std::pair<double, double>>& scores) {
  const auto quantiles = quantile_groups(set.categories, difficulty, groups);
  if (!quantiles) {
    return quantiles.error();
  }
  std::vector<PilotScores> pilots;
  for (const auto& [current, harder] : scores) {
    pilots.push_back({current, harder});
  }
  const auto refined = refine_boundaries(*quantiles, pilots);
  if (!refined) {
    return refined.error();
  }
  const auto branches = branches_of(set, refined->groups, groups, capacities, difficulty);
  if (!branches) {
    return branches.error();
  }
  ordered_json json = to_json(*branches);
  json["boundaries"] = ordered_json::array();
  for (std::size_t i = 0; i < refined->steps.size(); ++i) {
    const BoundaryStep& step = refined->steps[i];
    json["boundaries"].push_back({{"category", set.categories[step.row]},
                                  {"own_group", scores[i].first},
                                  {"harder_group", scores[i].second},
                                  {"moved", step.wants_to_move && !step.kept_as_last_member},
                                  {"kept_as_last_member", step.kept_as_last_member}});
  }
  return json;
}

}  // namespace alidade::decompose
