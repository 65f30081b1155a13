// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/plan.h"

#include <algorithm>
#include <map>

#include "core/experiments/budget.h"

namespace alidade::h2a2 {
namespace {

using Kind = StudyStep::Kind;

constexpr const char* kKindNames[] = {"train",     "evaluate",      "sharing", "cosines",
                                      "responses", "interventions", "timing"};
constexpr int kFewestSteps = 40, kFewestTests = 12;
constexpr double kSources = 3.0;
/// Networks that an intervention step looks at: layers times orbits and what is forced as a whole.
constexpr double kInterventionRounds = 60.0;
constexpr double kTwice = 2.0;  ///< a loss and a detection in each
constexpr double kLookSeconds = 1.0;

/// The seconds of a step; arms by their names.
class StepEstimates {
 public:
  StepEstimates(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth)
      : sizes_(sizes), costs_(costs) {
    for (const Arm& arm : study_arms(breadth)) {
      arms_[arm.name] = arm;
    }
  }

  double seconds(const StudyStep& step) const {
    const StudySizes& s = sizes_;
    const Arm& arm = arms_.at(step.arm);
    const double sources = static_cast<double>(trained_sources(arm).size());
    const double unseen = arm.transfers ? static_cast<double>(unseen_sources(arm).size()) : 0.0;
    switch (step.kind) {
      case Kind::kTrain:
        return s.steps * train_step(arm) * sources / kSources;
      case Kind::kEvaluate:
        return s.test_scenes * sources * (1.0 + unseen) * costs_.scene;
      case Kind::kSharing:
        return s.sharing_scenes * sources * costs_.scene;
      case Kind::kCosines:
        return s.cosine_batches * sources * costs_.gradient;
      case Kind::kInterventions:
        return kInterventionRounds * kTwice * sources * s.intervention_scenes * costs_.scene;
      case Kind::kTiming:
        return s.timing_repeats * (train_step(arm) + kSources * costs_.scene);
      case Kind::kResponses:
        return costs_.scene > 0.0 ? kLookSeconds : 0.0;
    }
    return 0.0;
  }

 private:
  double train_step(const Arm& arm) const { return arm.selects() ? costs_.selected_step : costs_.joint_step; }

  const StudySizes& sizes_;
  const StudyCosts& costs_;
  std::map<std::string, Arm> arms_;
};

void add_arm(std::vector<StudyStep>& steps, const Arm& arm, int seed) {
  steps.push_back({Kind::kTrain, arm.name, seed});
  steps.push_back({Kind::kEvaluate, arm.name, seed});
  if (arm.decides()) {
    steps.push_back({Kind::kSharing, arm.name, seed});
  }
  if (arm.cosines) {
    steps.push_back({Kind::kCosines, arm.name, seed});
  }
  if (arm.only.size() == 1) {
    steps.push_back({Kind::kResponses, arm.name, seed});
  }
}

double training_seconds(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth) {
  StudyCosts training;
  training.joint_step = costs.joint_step;
  training.selected_step = costs.selected_step;
  StudySizes untimed = sizes;
  untimed.timing_repeats = 0;
  return make_plan(untimed, training, breadth).seconds();
}

double measuring_seconds(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth) {
  StudySizes still = sizes;
  still.steps = 0;
  return make_plan(still, costs, breadth).seconds();
}

}  // namespace

std::vector<NamedSize> Study::sizes(StudySizes& s) {
  return {{"network", s.network},
          {"rooms", s.rooms},
          {"seeds", s.seeds, 1, 20},
          {"steps", s.steps},
          {"batch", s.batch, 1, 4096},
          {"points", s.points},
          {"voxel_mm", s.voxel_mm},
          {"train_scenes", s.train_scenes},
          {"test_scenes", s.test_scenes},
          {"sharing_scenes", s.sharing_scenes},
          {"cosine_batches", s.cosine_batches, 2},
          {"intervention_scenes", s.intervention_scenes},
          {"timing_repeats", s.timing_repeats}};
}

std::string StudyStep::name() const {
  const std::string text = std::string(kKindNames[static_cast<std::size_t>(kind)]) + "-" + arm;
  return seed > 0 ? text + "-s" + std::to_string(seed) : text;
}

StudySizes full_sizes() {
  return {};
}

StudySizes quick_sizes() {
  StudySizes sizes;
  sizes.rooms = "quick";
  sizes.seeds = 1;
  sizes.steps = 400;
  sizes.points = 10000;
  sizes.train_scenes = 60;
  sizes.test_scenes = 16;
  sizes.sharing_scenes = 6;
  sizes.cosine_batches = 4;
  sizes.intervention_scenes = 2;
  sizes.timing_repeats = 3;
  return sizes;
}

StudySizes fitted(const StudySizes& wanted, const StudyCosts& costs, double seconds, Breadth breadth) {
  const TimeBudget budget{seconds};
  StudySizes sizes = wanted;
  const double factor = budget.shrink(measuring_seconds(wanted, costs, breadth));
  sizes.test_scenes = shrunk(wanted.test_scenes, factor, kFewestTests);
  sizes.sharing_scenes = shrunk(wanted.sharing_scenes, factor, 3);
  sizes.cosine_batches = shrunk(wanted.cosine_batches, factor, 4);
  sizes.intervention_scenes = shrunk(wanted.intervention_scenes, factor, 2);
  sizes.timing_repeats = shrunk(wanted.timing_repeats, factor, 3);
  const double share =
      budget.share(measuring_seconds(sizes, costs, breadth), training_seconds(wanted, costs, breadth));
  sizes.steps =
      std::min(wanted.steps, std::max(kFewestSteps, static_cast<int>(share * wanted.steps) / 10 * 10));
  return sizes;
}

StudyPlan make_plan(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth) {
  StudyPlan plan;
  plan.breadth = breadth;
  plan.sizes = sizes;
  const auto arms = study_arms(breadth);
  for (int seed = 1; seed <= sizes.seeds; ++seed) {
    for (const Arm& arm : arms) {
      if (arm.is_main()) {
        add_arm(plan.steps, arm, seed);
      }
    }
  }
  for (const char* timed : kTimed) {
    plan.steps.push_back({Kind::kTiming, timed});
  }
  plan.steps.push_back({Kind::kInterventions, kBoth, 1});
  for (const Arm& arm : arms) {
    for (int seed = 1; seed <= plan.seeds_of(arm) && !arm.is_main(); ++seed) {
      add_arm(plan.steps, arm, seed);
    }
  }
  const StepEstimates estimates(sizes, costs, breadth);
  for (StudyStep& step : plan.steps) {
    step.seconds = estimates.seconds(step);
  }
  // Whoever trains and measures first makes the scenes.
  plan.steps[0].seconds += kSources * sizes.train_scenes * costs.read_scene;
  plan.steps[1].seconds += kSources * sizes.test_scenes * costs.read_scene;
  return plan;
}

Expected<StudyPlan> study_plan(const ExperimentPlan& kept, const std::string& name) {
  return study_plan_of<Study>(kept, name);
}

}  // namespace alidade::h2a2
