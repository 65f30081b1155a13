// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/steps.h"

#include <nlohmann/json.hpp>

#include "core/papers/mqat/study_runner.h"

namespace alidade::mqat {

std::vector<Step> study_steps(const StudyPlan& plan, const StudyPlaces& places,
                              const std::shared_ptr<const StudyWork>& work) {
  const auto runner = std::make_shared<const StudyRunner>(plan, places, work);
  std::vector<Step> steps;
  for (const StudyStep& step : plan.steps) {
    Step made{step.name(), runner->needs(step)};
    made.alone = step.kind == StudyStep::Kind::kLatency;
    made.seconds = step.seconds;
    made.recipe = [runner, step](const StepInput& input) { return runner->recipe(step, input); };
    made.run = [runner, step](const nlohmann::ordered_json& recipe, const StepInput& input) {
      return runner->run(step, recipe, input);
    };
    steps.push_back(std::move(made));
  }
  return steps;
}

}  // namespace alidade::mqat
