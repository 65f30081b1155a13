// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/papers/h2a2/recipe_text.h"
#include "core/papers/h2a2/steps.h"

namespace alidade::h2a2 {

/// What the steps of a plan need, what decides their results, and how they are done.
class StudyRunner {
 public:
  using Json = nlohmann::ordered_json;

  StudyRunner(StudyPlan plan, StudyPlaces places, std::shared_ptr<const StudyWork> work);

  /// Names of the steps whose results a step takes.
  std::vector<std::string> needs(const StudyStep& step) const;
  /// What decides a step's result.
  Expected<Json> recipe(const StudyStep& step, const StepInput& input) const;
  /// Does the step; its result.
  Expected<Json> run(const StudyStep& step, const Json& recipe, const StepInput& input) const;

 private:
  const Arm& arm_of(const StudyStep& step) const;
  std::string run_name(const StudyStep& step) const;
  std::string text_of(const StudyStep& step, const StepInput& input) const;
  std::vector<SourceScenes> scenes_of(const Arm& arm, const std::vector<StudySource>& sources,
                                      const std::string& split) const;
  Expected<void> add_digests(Json& json, const std::vector<SourceScenes>& scenes) const;

  Expected<Json> train(const StudyStep& step, const Json& recipe, const StepInput& input) const;
  Expected<Json> cosines(const StudyStep& step, const StepInput& input) const;
  Expected<Json> timing(const StudyStep& step, const Json& recipe, const StepInput& input) const;

  StudyPlan plan_;
  StudyPlaces places_;
  std::shared_ptr<const StudyWork> work_;
  std::vector<Arm> arms_;
};

}  // namespace alidade::h2a2
