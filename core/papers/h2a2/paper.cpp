// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/paper.h"

#include "core/papers/h2a2/network_work.h"
#include "core/papers/h2a2/reproduction.h"

namespace alidade::h2a2 {
namespace {

Expected<std::unique_ptr<Experiment>> open_study(const PaperRequest& request) {
  const PaperOptions& given = request.options;
  StudyOptions options;
  static_cast<ExperimentOptions&>(options) = request.experiment;
  options.recipes = given_path(request, "recipes", "resources/recipes/rooms");
  options.published = request.share / "resources/published";
  options.breadth = given.flags.at("all") ? Breadth::kAll : Breadth::kMain;
  options.seeds = given.integers.at("seeds");
  options.steps = given.integers.at("steps");
  return study_experiment(options, network_work());
}

}  // namespace

Paper paper() {
  constexpr auto kFlag = PaperOption::Kind::kFlag;
  constexpr auto kInteger = PaperOption::Kind::kInteger;
  constexpr auto kText = PaperOption::Kind::kText;
  return {"h2a2",
          "H2A2: which kernels indoor detectors share, and what that gains",
          {{"seeds", kInteger, "Trainings of each main arm (default 3)", 1, 20},
           {"steps", kInteger, "Steps of each training, whatever the time", 4, 1000000},
           {"all", kFlag, "With every control, the data with known answers and every left-out source"},
           {"recipes", kText, "Folder with the recipes of the data, scans-train.toml and so on"}},
          open_study};
}

}  // namespace alidade::h2a2
