// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/experiments/study_plan.h"
#include "core/papers/decompose/arms.h"

namespace alidade::decompose {

/// How much of everything a reproduction does.
struct StudySizes {
  std::string network = "small";  ///< a named configuration (core/nn/decompose)
  int seeds = 5;                  ///< 1..20: trainings of the main arms, with the seeds 1 to this
  int steps = 2400;               ///< optimization steps of each training
  int pilot_steps = 600;          ///< of a boundary pilot
  int reference_steps = 2400;     ///< of the pose diffusion network of Table 6
  int batch = 32;                 ///< objects per step
  int train_frames = 2500;        ///< frames of the training split
  int validation_frames = 120;    ///< frames that difficulties and pilots are measured on
  int test_frames = 200;          ///< frames of the tables
  int checkpoints = 8;            ///< of a training whose gradients are looked at
  int contention_batches = 6;     ///< of each category at each checkpoint
  int contention_batch = 16;      ///< objects of each of them

  bool operator==(const StudySizes&) const = default;
};

/// Objects per step of an arm's training. Of a category alone there are as many as it has in a batch of all.
int batch_of(const Arm& arm, const StudySet& set, const StudySizes& sizes);

/// What the pieces of the work cost on this machine, seconds.
struct StudyCosts {
  double train_frame = 0.0;  ///< to collect the objects of a training frame, frozen features included
  double train_step = 0.0;
  double frame = 0.0;           ///< to estimate the objects of a frame, rendering included
  double gradient = 0.0;        ///< of one object in a batch, forwards and backwards
  double reference_step = 0.0;  ///< of the pose diffusion network
};

/// A step of the plan.
struct StudyStep {
  enum class Kind { kTrain, kEvaluate, kContention, kReference, kDifficulty, kPilot, kGrouping, kEffects };
  Kind kind = Kind::kTrain;
  std::string set{};      ///< StudySet::name
  std::string arm{};      ///< of kTrain, kEvaluate and kContention
  std::string variant{};  ///< of kDifficulty, kPilot and kGrouping: variant_of()
  int index = 0;          ///< of kPilot: 0 = the quantiles, g = with the row of boundary g moved
  int seed = 1;
  double seconds = 0.0;  ///< estimate

  std::string name() const;  ///< "train-six-hhl-s1", "pilot-six-g4-2"
};

/// What a plan of this paper is (core/experiments/study_plan.h).
struct Study {
  using Sizes = StudySizes;
  using Costs = StudyCosts;
  using Step = StudyStep;
  using Breadth = decompose::Breadth;
  static constexpr Breadth kUsual = Breadth::kSix;
  static constexpr const char* kBreadthNames[] = {"six", "ten", "all"};
  static std::vector<NamedSize> sizes(StudySizes& sizes);
  static int steps_of(const StudySizes& sizes) { return sizes.steps; }
};
using StudyPlan = StudyPlanOf<Study>;

/// Time that a reproduction may take, seconds; a tenth of it is kept in reserve by the plan.
inline constexpr double kFullSeconds = 90.0 * 60.0, kQuickSeconds = 18.0 * 60.0;

/// The sizes before they are fitted to a machine.
StudySizes full_sizes();
StudySizes quick_sizes();

/// The largest sizes, at most `wanted`, whose plan takes `seconds`: measuring shrinks to 30 % of the time,
/// the trainings take the rest. Seeds fall from those wanted to three, but no further, while a training has
/// fewer than 60 % of its steps. Never below what a table needs, so that a very slow machine gets a longer
/// plan.
StudySizes fitted(const StudySizes& wanted, const StudyCosts& costs, double seconds,
                  Breadth breadth = Breadth::kSix, int fewest_seeds = 3);

/// The steps with their estimates: reference, grouping, trainings, tables, gradients, set by set.
StudyPlan make_plan(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth = Breadth::kSix);

/// Strict; `name` stands in messages. Plans with fewer steps are read as they are.
Expected<StudyPlan> study_plan(const ExperimentPlan& kept, const std::string& name);

}  // namespace alidade::decompose
