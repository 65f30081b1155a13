// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/plan.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/experiments/budget.h"

namespace alidade::decompose {
namespace {

using Kind = StudyStep::Kind;

constexpr std::array<const char*, 8> kKindNames{"train",      "evaluate", "contention", "reference",
                                                "difficulty", "pilot",    "grouping",   "effects"};
constexpr int kFewestSteps = 60;
constexpr double kFewestOfSteps = 0.6;  ///< share of those wanted, before seeds are given up
constexpr double kEffectSteps = 50.0;   ///< of training on one category alone

bool is_alone(const StudyStep& step) {
  const auto& categories = find_set(step.set)->categories;
  return std::any_of(categories.begin(), categories.end(),
                     [&](const std::string& category) { return step.arm == alone_arm(category); });
}

double step_seconds(const StudyStep& step, const StudySizes& s, const StudyCosts& c) {
  const double categories = static_cast<double>(find_set(step.set)->categories.size());
  const double gradients = categories * s.contention_batches * s.contention_batch * c.gradient;
  switch (step.kind) {
    case Kind::kTrain:  // the first training of a set reads its objects
      return s.steps * c.train_step * (is_alone(step) ? 1.0 / categories : 1.0) +
             (step.arm == kNone && step.seed == 1 ? s.train_frames * c.train_frame : 0.0);
    case Kind::kEvaluate:
      return s.test_frames * c.frame;
    case Kind::kContention:
      return s.checkpoints * gradients;
    case Kind::kReference:
      return s.reference_steps * c.reference_step + s.train_frames * c.train_frame;
    case Kind::kDifficulty:
      return s.validation_frames * c.frame;
    case Kind::kPilot:
      return s.pilot_steps * c.train_step + s.validation_frames * c.frame;
    case Kind::kEffects:
      return categories * kEffectSteps * c.train_step + categories * gradients;
    case Kind::kGrouping:
      return 0.0;
  }
  return 0.0;
}

/// The steps that lead to a grouping: once for each variant of a set.
void add_grouping(std::vector<StudyStep>& steps, std::set<std::string>& known, const StudySet& set,
                  const Arm& arm) {
  const std::string variant = variant_of(arm);
  const bool other_reference = arm.reference != Reference::kShared;
  const bool needs_difficulty = arm.routing == Routing::kQuantile || arm.routing == Routing::kRefined;
  const auto add = [&](StudyStep step) {
    if (known.insert(step.name()).second) {
      steps.push_back(std::move(step));
    }
  };
  if (arm.routing == Routing::kEffects) {
    add({Kind::kEffects, set.name});
  }
  if (!needs_difficulty) {
    return;
  }
  if (other_reference) {
    add({Kind::kReference, set.name});
  }
  add({Kind::kDifficulty, set.name, "", other_reference ? variant : ""});
  if (arm.routing == Routing::kQuantile) {
    return;
  }
  for (int index = 0; index < groups_of(arm, set); ++index) {
    add({Kind::kPilot, set.name, "", variant, index});
  }
  add({Kind::kGrouping, set.name, "", variant});
}

void add_arm(std::vector<StudyStep>& steps, const StudySet& set, const Arm& arm, int seed) {
  steps.push_back({Kind::kTrain, set.name, arm.name, "", 0, seed});
  steps.push_back({Kind::kEvaluate, set.name, arm.name, "", 0, seed});
  if (arm.contention) {
    steps.push_back({Kind::kContention, set.name, arm.name, "", 0, seed});
  }
}

/// Seconds of the trainings alone, all of them with `sizes`.
double training_seconds(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth) {
  StudyCosts training;
  training.train_step = costs.train_step;
  training.reference_step = costs.reference_step;
  return make_plan(sizes, training, breadth).seconds();
}

StudySizes with_steps(StudySizes sizes, const StudySizes& wanted, double share) {
  const auto steps = [&](int count) {
    return std::min(count, std::max(kFewestSteps, static_cast<int>(share * count) / 20 * 20));
  };
  sizes.steps = steps(wanted.steps);
  sizes.pilot_steps = steps(wanted.pilot_steps);
  sizes.reference_steps = steps(wanted.reference_steps);
  return sizes;
}

}  // namespace

std::vector<NamedSize> Study::sizes(StudySizes& s) {
  return {{"network", s.network},
          {"seeds", s.seeds, 1, 20},
          {"steps", s.steps},
          {"pilot_steps", s.pilot_steps},
          {"reference_steps", s.reference_steps},
          {"batch", s.batch, 2},
          {"train_frames", s.train_frames},
          {"validation_frames", s.validation_frames},
          {"test_frames", s.test_frames},
          {"checkpoints", s.checkpoints},
          {"contention_batches", s.contention_batches, 2},
          {"contention_batch", s.contention_batch}};
}

int batch_of(const Arm& arm, const StudySet& set, const StudySizes& sizes) {
  const auto categories = static_cast<int>(set.categories.size());
  return arm.only.empty() ? sizes.batch : std::max(2, sizes.batch / categories);
}

std::string StudyStep::name() const {
  std::string text = std::string(kKindNames[static_cast<std::size_t>(kind)]) + "-" + set;
  switch (kind) {
    case Kind::kTrain:
    case Kind::kEvaluate:
    case Kind::kContention:
      return text + "-" + arm + "-s" + std::to_string(seed);
    case Kind::kPilot:
      return text + (variant.empty() ? "" : "-" + variant) + "-" + std::to_string(index);
    default:
      return text + (variant.empty() ? "" : "-" + variant);
  }
}

StudySizes full_sizes() {
  return {};
}

StudySizes quick_sizes() {
  StudySizes sizes;
  sizes.network = "tiny";
  sizes.seeds = 3;
  sizes.steps = 1200;
  sizes.pilot_steps = 300;
  sizes.reference_steps = 600;
  sizes.train_frames = 600;
  sizes.validation_frames = 60;
  sizes.test_frames = 60;
  sizes.checkpoints = 5;
  sizes.contention_batches = 4;
  return sizes;
}

StudySizes fitted(const StudySizes& wanted, const StudyCosts& costs, double seconds, Breadth breadth,
                  int fewest_seeds) {
  StudySizes sizes = wanted;
  for (;; --sizes.seeds) {
    StudySizes measuring = wanted;
    measuring.seeds = sizes.seeds;
    const TimeBudget budget{seconds};
    const auto measuring_seconds = [&] {
      StudySizes still = measuring;
      still.steps = still.pilot_steps = still.reference_steps = 0;
      return make_plan(still, costs, breadth).seconds();
    };
    const double factor = budget.shrink(measuring_seconds());
    measuring.train_frames = shrunk(wanted.train_frames, factor, 200);
    measuring.validation_frames = shrunk(wanted.validation_frames, factor, 20);
    measuring.test_frames = shrunk(wanted.test_frames, factor, 20);
    measuring.checkpoints = shrunk(wanted.checkpoints, factor, 4);
    measuring.contention_batches = shrunk(wanted.contention_batches, factor, 4);
    const double share = budget.share(measuring_seconds(), training_seconds(measuring, costs, breadth));
    sizes = with_steps(measuring, wanted, share);
    if (sizes.seeds <= fewest_seeds || sizes.steps >= kFewestOfSteps * wanted.steps) {
      return sizes;
    }
  }
}

StudyPlan make_plan(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth) {
  StudyPlan plan;
  plan.breadth = breadth;
  plan.sizes = sizes;
  std::set<std::string> known;
  for (const StudySet& set : study_sets()) {
    for (const Arm& arm : arms_of(set, breadth)) {
      add_grouping(plan.steps, known, set, arm);
      for (int seed = 1; seed <= plan.seeds_of(arm); ++seed) {
        add_arm(plan.steps, set, arm, seed);
      }
    }
  }
  for (StudyStep& step : plan.steps) {
    step.seconds = step_seconds(step, sizes, costs);
  }
  return plan;
}

Expected<StudyPlan> study_plan(const ExperimentPlan& kept, const std::string& name) {
  return study_plan_of<Study>(kept, name);
}

}  // namespace alidade::decompose
