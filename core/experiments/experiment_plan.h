// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

struct PlannedStep {
  std::string name;
  double seconds = 0.0;  ///< estimate
};

/// What a folder holds in plan.json: what will be done, in this order.
struct ExperimentPlan {
  bool quick = false;
  std::string settings = "{}";  ///< the paper's: a JSON object, which knows neither "quick" nor "steps"
  std::vector<PlannedStep> steps;
};

std::filesystem::path plan_path(const std::filesystem::path& folder);

std::string to_json(const ExperimentPlan& plan);
/// An Error of `name` for what is no plan.
Expected<ExperimentPlan> experiment_plan_from_json(const std::string& text, const std::string& name);

/// The Error for a plan that cannot be carried out: "NAME: PROBLEM; start in a new folder."
Error plan_error(const std::string& name, const std::string& problem);
/// The Error for options that ask for another plan than the folder's, which is for `what` ("3 seeds").
Error other_plan(const std::filesystem::path& folder, const std::string& what);

}  // namespace alidade
