// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/experiments/study_plan.h"
#include "core/studies/train_recipe.h"

namespace alidade::score_scaling {

/// How much of everything a reproduction does.
struct ReproduceSizes {
  std::string network = "small";  ///< a named configuration (core/nn)
  int seeds = 3;                  ///< 1..20: trainings of each arm, with the seeds 1 to this
  int steps = 4000;               ///< optimization steps of each training, pre-training included
  int ranker_steps = 1000;        ///< of GenPose's energy network; 0 = no ranker
  int train_frames = 4000;        ///< frames of the training split
  int curve_points = 10;          ///< measurements during each training
  int curve_frames = 40;          ///< test frames of each of them
  int test_frames = 150;          ///< test frames of Table 2
  int sweep_frames = 60;          ///< test frames of the steps against accuracy
  int schedule_objects = 40;      ///< symmetric test objects of the schedules
  int timing_objects = 40;        ///< objects that are timed; 0 = no times, the report then has none

  bool operator==(const ReproduceSizes&) const = default;
};

/// What the pieces of the work cost on this machine, seconds.
struct ReproduceCosts {
  double frame = 0.0;        ///< to render a test frame, one thread
  double train_frame = 0.0;  ///< to collect the objects of a training frame
  double train_step = 0.0;
  double ranker_step = 0.0;
  double encode = 0.0;         ///< an object: points, encoder, regression head
  double evaluate_one = 0.0;   ///< one score evaluation at K = 1
  double evaluate_many = 0.0;  ///< one score evaluation at K = 50
  double objects = 4.5;        ///< per frame
};

/// A step of the plan: what is done with which training.
struct ReproduceStep {
  enum class Kind { kTrain, kRanker, kEvaluate, kSweep, kSchedules, kTiming, kFeatures };
  Kind kind = Kind::kTrain;
  std::string arm;  ///< "joint", ...; empty for those of no single arm
  int seed = 1;
  double seconds = 0.0;  ///< estimate

  std::string name() const;  ///< "train-joint-s1"
};

/// What a plan of this paper is (core/experiments/study_plan.h); its breadth is whether it has the arms of
/// Fig. 4a.
struct Study {
  using Sizes = ReproduceSizes;
  using Costs = ReproduceCosts;
  using Step = ReproduceStep;
  using Breadth = bool;
  static constexpr bool kUsual = true;
  static constexpr const char* kBreadthNames[] = {"without pre-training study", "with pre-training study"};
  static std::vector<NamedSize> sizes(ReproduceSizes& sizes);
  static int steps_of(const ReproduceSizes& sizes) { return sizes.steps; }
};
using ReproducePlan = StudyPlanOf<Study>;

/// The arms that a plan trains.
std::vector<std::string> trained_arms(const ReproducePlan& plan);
/// Whether it has the arms of Fig. 4a.
bool has_pretraining_study(const ReproducePlan& plan);

/// The three ways to train that are compared, each after resources/recipes/score-scaling/ARM.toml.
inline constexpr const char* kReproduceArms[] = {"joint", "joint-no-pretraining", "from-scratch"};
inline constexpr const char* kJoint = kReproduceArms[0];
inline constexpr const char* kWithout = kReproduceArms[1];  ///< pre-training
inline constexpr const char* kScratch = kReproduceArms[2];
/// Joint training after other pre-training (Fig. 4a), each after its recipe likewise.
inline constexpr const char* kPretrainingArms[] = {"joint-classification", "joint-reconstruction"};

/// Time that a reproduction may take, seconds; a tenth of it is kept in reserve by the plan.
inline constexpr double kFullSeconds = 90.0 * 60.0, kQuickSeconds = 15.0 * 60.0;

/// The sizes before they are fitted to a machine.
ReproduceSizes full_sizes();
ReproduceSizes quick_sizes();

/// The largest sizes, at most `wanted`, whose plan takes `seconds`: test frames and objects shrink until they
/// take at most 30 % of the time, the steps of the trainings take the rest. Never below what a curve needs,
/// so that a very slow machine gets a plan that takes longer. `pretraining_study`: with the arms of Fig. 4a.
ReproduceSizes fitted(const ReproduceSizes& wanted, const ReproduceCosts& costs, double seconds,
                      bool pretraining_study = false);

/// Whether there is time for the arms of Fig. 4a: with them each training keeps half of its steps at least.
bool has_time_for_study(const ReproduceSizes& wanted, const ReproduceCosts& costs, double seconds);

/// The steps with their estimates; those of Fig. 4a come last, before what is timed.
ReproducePlan make_plan(const ReproduceSizes& sizes, const ReproduceCosts& costs,
                        bool pretraining_study = false);

/// The recipe of a training: that of the arm (file `recipe`) with the plan's sizes and the seed; its share of
/// pre-training stays. The text that a run keeps is the arm's with these values.
Expected<TrainRecipe> reproduce_recipe(const std::filesystem::path& recipe, const ReproduceSizes& sizes,
                                       int seed);

/// Strict; `name` stands in messages. Plans of versions that had fewer steps are read as they are.
Expected<ReproducePlan> reproduce_plan(const ExperimentPlan& kept, const std::string& name);

}  // namespace alidade::score_scaling
