// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/steps.h"

#include <nlohmann/json.hpp>

#include "core/experiments/study_experiment.h"
#include "core/papers/mqat/study_runner.h"

namespace alidade::mqat {

std::vector<Step> study_steps(const StudyPlan& plan, const StudyPlaces& places,
                              const std::shared_ptr<const StudyWork>& work) {
  return runner_steps(plan.steps, std::make_shared<const StudyRunner>(plan, places, work),
                      [](const StudyStep& step) { return step.kind == StudyStep::Kind::kLatency; });
}

}  // namespace alidade::mqat
