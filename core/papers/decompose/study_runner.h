// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/papers/decompose/groups.h"
#include "core/papers/decompose/recipe_text.h"
#include "core/papers/decompose/steps.h"

namespace alidade::decompose {

/// What the steps of a plan need, what decides their results, and how they are done.
class StudyRunner {
 public:
  StudyRunner(StudyPlan plan, StudyPlaces places, std::shared_ptr<const StudyWork> work)
      : plan_(std::move(plan)), places_(std::move(places)), work_(std::move(work)) {}

  /// Names of the steps whose results a step takes.
  std::vector<std::string> needs(const StudyStep& step) const;
  /// What decides a step's result; that of a training follows from the grouping.
  Expected<nlohmann::ordered_json> recipe(const StudyStep& step, const StepInput& input) const;
  /// Does the step; its result.
  Expected<nlohmann::ordered_json> run(const StudyStep& step, const nlohmann::ordered_json& recipe,
                                       const StepInput& input) const;

 private:
  const StudySet& set_of(const StudyStep& step) const { return *find_set(step.set); }
  Arm arm_of(const StudyStep& step) const;
  Arm variant_arm(const StudyStep& step) const;
  std::string difficulty_step(const StudyStep& step) const;
  std::string run_name(const StudyStep& step) const;

  Expected<Branches> branches(const StudyStep& step, const StepInput& input) const;
  Expected<std::vector<double>> difficulty(const StudyStep& step, const StepInput& input) const;
  Expected<TrainingOrder> order(const StudyStep& step, const StepInput& input) const;
  Expected<int> wide_hidden(const StudySet& set, const TrainingOrder& shared) const;
  Expected<nlohmann::ordered_json> training_recipe(const StudyStep& step, const StepInput& input) const;
  Expected<nlohmann::ordered_json> measuring_recipe(const StudyStep& step, const char* split) const;
  Expected<void> add_data(nlohmann::ordered_json& json, const char* key,
                          const std::filesystem::path& file) const;

  Expected<nlohmann::ordered_json> train(const StudyStep& step, const nlohmann::ordered_json& recipe,
                                         const StepInput& input) const;
  Expected<Accuracy> validation(const StudyStep& step, Estimates estimator, const StepInput& input) const;
  Expected<nlohmann::ordered_json> run_grouping(const StudyStep& step, const StepInput& input) const;
  Expected<nlohmann::ordered_json> run_contention(const StudyStep& step, const StepInput& input) const;
  Expected<nlohmann::ordered_json> run_effects(const StudyStep& step, const StepInput& input) const;
  Expected<nlohmann::ordered_json> run_difficulty(const StudyStep& step, const StepInput& input) const;

  StudyPlan plan_;
  StudyPlaces places_;
  std::shared_ptr<const StudyWork> work_;
};

/// The accuracy at kDifficultyMetric of a category in a step's result; 0 where no object of it was seen.
double difficulty_share(const nlohmann::ordered_json& result, const std::string& category);

}  // namespace alidade::decompose
