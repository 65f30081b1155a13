// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/experiments/experiment_plan.h"

namespace alidade {

/// One of the sizes of a paper's plan by its name in plan.json: a number or a text.
struct NamedSize {
  static constexpr int kMost = 100000000;

  NamedSize(const char* key, int& value, int fewest = 1, int most = kMost)
      : name(key), number(&value), least(fewest), largest(most) {}
  NamedSize(const char* key, std::string& value) : name(key), text(&value) {}

  std::string name;
  int* number = nullptr;
  std::string* text = nullptr;  ///< 1 to 39 characters
  int least = 1, largest = kMost;
};

/// What plan.json says besides steps: the paper's sizes, how much of the paper there is, and the digest of
/// the recipes.
struct PlanSettings {
  std::string breadth;
  std::string recipes_sha256;
};

std::string plan_settings_text(const std::vector<NamedSize>& sizes, const PlanSettings& settings);
/// Fills the sizes. Nothing for what another version wrote.
std::optional<PlanSettings> read_plan_settings(const std::string& text, const std::vector<NamedSize>& sizes);
/// Whether all of them lie in their ranges.
bool are_possible(const std::vector<NamedSize>& sizes);

/// The places in `known` of the steps that a plan lists; nothing where one is not known or none is listed.
std::optional<std::vector<std::size_t>> listed_steps(const ExperimentPlan& kept,
                                                     const std::vector<std::string>& known);

}  // namespace alidade
