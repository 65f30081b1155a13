// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/paper.h"

#include "core/papers/decompose/network_work.h"
#include "core/papers/decompose/reproduction.h"

namespace alidade::decompose {
namespace {

Expected<std::unique_ptr<Experiment>> open_study(const PaperRequest& request) {
  const PaperOptions& given = request.options;
  StudyOptions options;
  static_cast<ExperimentOptions&>(options) = request.experiment;
  options.recipes = given_path(request, "recipes", "resources/recipes/tabletop");
  options.encoder = given_path(request, "encoder", "resources/checkpoints/encoder-small.safetensors");
  options.published = request.share / "resources/published";
  options.breadth = given.flags.at("all")   ? Breadth::kAll
                    : given.flags.at("ten") ? Breadth::kTen
                                            : Breadth::kSix;
  options.seeds = given.integers.at("seeds");
  options.steps = given.integers.at("steps");
  return study_experiment(options, network_work(request.readers));
}

}  // namespace

Paper paper() {
  constexpr auto kFlag = PaperOption::Kind::kFlag;
  constexpr auto kInteger = PaperOption::Kind::kInteger;
  constexpr auto kText = PaperOption::Kind::kText;
  return {"decompose",
          "DecomPose: where categories fight, and whether branches help",
          {{"seeds", kInteger, "Trainings of each main arm (default 5, fewer where there is no time)", 1, 20},
           {"steps", kInteger, "Steps of each training, whatever the time", 4, 1000000},
           {"ten", kFlag, "With the main arms on ten categories too (Fig. 6), one seed"},
           {"all", kFlag, "With the arms of every table, most of them with one seed"},
           {"encoder", kText, "Another frozen image encoder than the bundled one"},
           {"recipes", kText, "Folder with the recipes of the data, printed-train.toml and so on"}},
          open_study};
}

}  // namespace alidade::decompose
