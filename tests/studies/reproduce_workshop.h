// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/papers/score_scaling/reproduction.h"
#include "tests/studies/study_folder.h"
#include "tests/support/test_registry.h"

namespace alidade::workshop {

using namespace score_scaling;
namespace fs = std::filesystem;

inline constexpr char kArmTabletop[] =
    "split = \"unit\"\nseed = 3\nframes = 6\nwidth = 160\nheight = 120\nmodels_per_category = 2\n";

inline std::string arm_recipe(int pretrain, int joint, const char* weight, const char* objective = nullptr) {
  return "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"tabletop.toml\"\ntest = \"tabletop.toml\"\n"
         "train_frames = 9\ntest_frames = 9\ncurve_frames = 9\n[training]\nseed = 1\nbatch = 4\n"
         "noise_draws = 2\npretrain_steps = " +
         std::to_string(pretrain) + "\njoint_steps = " + std::to_string(joint) +
         "\njoint_regression_weight = " + weight + "\ncurve_every = 2\ncheckpoint_every = 4\n" +
         (objective == nullptr ? std::string() : std::string("pretrain_objective = \"") + objective + "\"\n");
}

inline ReproduceSizes tiny_sizes() {
  ReproduceSizes sizes;
  sizes.network = "tiny";
  sizes.seeds = 2;
  sizes.steps = 8;
  sizes.ranker_steps = 3;
  sizes.train_frames = 3;
  sizes.curve_points = 4;
  sizes.curve_frames = 1;
  sizes.test_frames = 2;
  sizes.sweep_frames = 1;
  sizes.schedule_objects = 2;
  sizes.timing_objects = 0;
  return sizes;
}

/// A folder with the recipes of all arms, tiny, and room for runs.
class Workshop : public StudyFolder {
 public:
  Workshop() {
    write("tabletop.toml", kArmTabletop);
    write("joint.toml", arm_recipe(4, 12, "1.0"));
    write("joint-no-pretraining.toml", arm_recipe(0, 16, "1.0"));
    write("from-scratch.toml", arm_recipe(0, 16, "0.0"));
    write("joint-classification.toml", arm_recipe(4, 12, "1.0", "classification"));
    write("joint-reconstruction.toml", arm_recipe(4, 12, "1.0", "reconstruction"));
  }
  ReproduceOptions options(const char* folder) const {
    ReproduceOptions options;
    options.folder = path(folder);
    options.recipes = path("");
    options.published = test::source_path("resources/published");
    options.sizes = tiny_sizes();
    return options;
  }
};

inline Expected<ReproducePlan> plan_reproduction(const ReproduceOptions& options,
                                                 const DatasetReaders& readers, const JobContext& job) {
  const auto experiment = score_scaling_experiment(options, readers);
  const auto plan = plan_experiment(**experiment, options, job);
  return plan ? reproduce_plan(*plan, "plan") : Expected<ReproducePlan>(plan.error());
}

inline Expected<void> reproduce_score_scaling(const ReproduceOptions& options, const ReproducePlan& plan,
                                              const DatasetReaders& readers, const JobContext& job) {
  const auto experiment = score_scaling_experiment(options, readers);
  const ExperimentPlan kept = experiment_plan(plan);
  const auto graph = graph_of(**experiment, options, kept);
  if (!graph) {
    return graph.error();
  }
  const auto figures = run_experiment(**experiment, options, kept, *graph, job);
  return figures ? Expected<void>() : Expected<void>(figures.error());
}

/// Plans and carries out.
inline Expected<void> reproduce(const ReproduceOptions& options, const JobContext& job) {
  const DatasetReaders readers;
  return carry_out(score_scaling_experiment(options, readers), options, job);
}

}  // namespace alidade::workshop
