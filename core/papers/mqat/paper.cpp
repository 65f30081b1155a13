// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/paper.h"

#include "core/papers/mqat/network_work.h"
#include "core/papers/mqat/reproduction.h"

namespace alidade::mqat {
namespace {

Expected<std::unique_ptr<Experiment>> open_study(const PaperRequest& request) {
  const PaperOptions& given = request.options;
  StudyOptions options;
  static_cast<ExperimentOptions&>(options) = request.experiment;
  options.recipes = given_path(request, "recipes", "resources/recipes/cubesat");
  options.checkpoint = given_path(request, "checkpoint", "resources/checkpoints/keypoint-demo.safetensors");
  options.published = request.share / "resources/published";
  options.breadth = given.flags.at("all") ? Breadth::kAll : Breadth::kMain;
  options.seeds = given.integers.at("seeds");
  options.steps = given.integers.at("steps");
  const StandInPlaces places{request.share / "resources/checkpoints",
                             request.share / "resources/recipes/tabletop"};
  return study_experiment(options, network_work(request.readers, places));
}

}  // namespace

Paper paper() {
  constexpr auto kFlag = PaperOption::Kind::kFlag;
  constexpr auto kInteger = PaperOption::Kind::kInteger;
  constexpr auto kText = PaperOption::Kind::kText;
  return {"mqat",
          "MQAT: which module bears few bits, in which order, and what that gains",
          {{"seeds", kInteger, "Retrainings of what the three questions are about (default 3)", 1, 20},
           {"steps", kInteger, "Steps of each stage, whatever the time", 4, 1000000},
           {"all", kFlag, "With every table: the second network, other data, every order and combination"},
           {"checkpoint", kText, "Another full-precision keypoint network than the bundled one"},
           {"recipes", kText, "Folder with the recipes of the data, train.toml and so on"}},
          open_study};
}

}  // namespace alidade::mqat
