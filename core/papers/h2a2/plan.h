// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/experiments/study_plan.h"
#include "core/papers/h2a2/arms.h"

namespace alidade::h2a2 {

/// How much of everything a reproduction does.
struct StudySizes {
  std::string network = "small";  ///< a named configuration (core/nn/sparse_detector)
  std::string rooms = "full";     ///< "full", or "quick" for the small recipes of the three sources
  int seeds = 3;                  ///< 1..20: trainings of the main arms, with the seeds 1 to this
  int steps = 1200;               ///< optimization steps of each training, whatever its sources
  int batch = 2;                  ///< scenes of each source in a step
  int points = 20000;             ///< of a scene, at most
  int voxel_mm = 80;              ///< edge of a voxel: the cost of a step falls with its square
  int train_scenes = 200;         ///< of each source, at most
  int test_scenes = 50;           ///< of each source
  int sharing_scenes = 12;        ///< of each source, that gamma is read in
  int cosine_batches = 8;         ///< of each source, whose gradients are compared
  int intervention_scenes = 6;    ///< of each source, that are searched with forced decisions
  int timing_repeats = 5;

  bool operator==(const StudySizes&) const = default;
};

/// What the pieces of the work cost on this machine, seconds.
struct StudyCosts {
  double read_scene = 0.0;     ///< to make a scene and keep it
  double joint_step = 0.0;     ///< of training on three sources
  double selected_step = 0.0;  ///< the same with SF-KS
  double scene = 0.0;          ///< to detect in a scene, with SF-KS
  double gradient = 0.0;       ///< of one batch of one source
};

/// A step of the plan.
struct StudyStep {
  enum class Kind {
    kTrain,          ///< an arm
    kEvaluate,       ///< on the test scenes
    kSharing,        ///< alpha, beta and gamma
    kCosines,        ///< of the sources' gradients
    kResponses,      ///< norms of kernels by offset
    kInterventions,  ///< with forced decisions
    kTiming,         ///< a training step and a detection
  };
  Kind kind = Kind::kTrain;
  std::string arm{};
  int seed = 0;          ///< 0 of kTiming
  double seconds = 0.0;  ///< estimate

  std::string name() const;  ///< "train-both-s1", "timing-joint"
};

/// What a plan of this paper is (core/experiments/study_plan.h).
struct Study {
  using Sizes = StudySizes;
  using Costs = StudyCosts;
  using Step = StudyStep;
  using Breadth = h2a2::Breadth;
  static constexpr Breadth kUsual = Breadth::kMain;
  static constexpr const char* kBreadthNames[] = {"main", "all"};
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
/// the trainings take the rest. Never below what a table needs, so that a very slow machine gets a longer
/// plan.
StudySizes fitted(const StudySizes& wanted, const StudyCosts& costs, double seconds,
                  Breadth breadth = Breadth::kMain);

/// The steps with their estimates, seed by seed: the first seed of all main arms before the second of any,
/// then the arms of one seed, then what is looked at.
StudyPlan make_plan(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth = Breadth::kMain);

/// Strict; `name` stands in messages. Plans with fewer steps are read as they are.
Expected<StudyPlan> study_plan(const ExperimentPlan& kept, const std::string& name);

}  // namespace alidade::h2a2
