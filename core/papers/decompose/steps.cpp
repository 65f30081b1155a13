// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/steps.h"

#include <nlohmann/json.hpp>

#include "core/experiments/study_experiment.h"
#include "core/papers/decompose/study_runner.h"

namespace alidade::decompose {

std::vector<Step> study_steps(const StudyPlan& plan, const StudyPlaces& places,
                              const std::shared_ptr<const StudyWork>& work) {
  return runner_steps(plan.steps, std::make_shared<const StudyRunner>(plan, places, work),
                      [](const StudyStep&) { return false; });
}

}  // namespace alidade::decompose
