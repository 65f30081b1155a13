// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/paper.h"

#include "core/papers/score_scaling/reproduction.h"

namespace alidade::score_scaling {
namespace {

Expected<std::unique_ptr<Experiment>> open_reproduction(const PaperRequest& request) {
  const PaperOptions& given = request.options;
  ReproduceOptions options;
  static_cast<ExperimentOptions&>(options) = request.experiment;
  options.recipes = given_path(request, "recipes", "resources/recipes/score-scaling");
  options.published = request.share / "resources/published";
  options.seeds = given.integers.at("seeds");
  options.steps = given.integers.at("steps");
  if (given.flags.at("no-pretraining-study")) {
    options.breadth = false;
  } else if (given.flags.at("pretraining-study")) {
    options.breadth = true;
  }
  return score_scaling_experiment(options, request.readers);
}

}  // namespace

Paper paper() {
  constexpr auto kFlag = PaperOption::Kind::kFlag;
  constexpr auto kInteger = PaperOption::Kind::kInteger;
  constexpr auto kText = PaperOption::Kind::kText;
  return {
      "score-scaling",
      "Score scaling guidance for pose diffusion",
      {{"seeds", kInteger, "Trainings of each arm (default 3)", 1, 20},
       {"steps", kInteger, "Steps of each training, whatever the time", 4, 1000000},
       {"pretraining-study", kFlag, "With the arms of Fig. 4a, whatever the time (else where there is time)"},
       {"no-pretraining-study", kFlag, "Without the arms of Fig. 4a"},
       {"recipes", kText, "Folder with the training recipes, ARM.toml"}},
      open_reproduction};
}

}  // namespace alidade::score_scaling
