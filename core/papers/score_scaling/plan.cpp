// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/plan.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/experiments/budget.h"
#include "core/nn/pose_diffusion/pose_network.h"

namespace alidade::score_scaling {
namespace {

using Kind = ReproduceStep::Kind;

constexpr std::array<const char*, 7> kKindNames{"train",     "ranker", "evaluate", "steps",
                                                "schedules", "timing", "features"};
constexpr double kPretrainingShare = 0.25;  ///< of a training; the recipe decides, this is for the estimate
constexpr int kFewestSteps = 100;
constexpr double kFewestStudySteps = 0.5;  ///< share of those wanted

// Score evaluations of the steps, in units of one at K = 50 and one at K = 1.
constexpr double kTableMany = 60.0, kSweepOne = 255.0, kSchedulesMany = 180.0, kCurveOne = 40.0;
constexpr double kFinalMany = 20.0;

double train_seconds(const ReproduceSizes& s, const ReproduceCosts& c, bool collects) {
  const double object = c.encode + kCurveOne * c.evaluate_one;
  const double curve = (s.curve_points + 1.0) * s.curve_frames * (3.0 * c.frame + c.objects * object);
  const double last =
      s.curve_frames * (4.0 * c.frame + c.objects * (4.0 * c.encode + kFinalMany * c.evaluate_many));
  return s.steps * c.train_step + (collects ? s.train_frames * c.train_frame : 0.0) + curve + last;
}

double step_seconds(const ReproduceStep& step, const ReproduceSizes& s, const ReproduceCosts& c) {
  switch (step.kind) {
    case Kind::kTrain:
      return train_seconds(s, c, step.arm == kReproduceArms[0]);
    case Kind::kRanker:
      return s.ranker_steps * c.ranker_step;
    case Kind::kEvaluate:
      return s.test_frames * (c.frame + c.objects * (c.encode + kTableMany * c.evaluate_many));
    case Kind::kSweep:
      return s.sweep_frames * (c.frame + c.objects * (c.encode + kSweepOne * c.evaluate_one));
    case Kind::kSchedules:
      return s.schedule_objects * (c.frame + c.encode + kSchedulesMany * c.evaluate_many);
    case Kind::kFeatures:  // pre-training once more, then two encodings per object by four networks
      return kPretrainingShare * s.steps * c.train_step + s.train_frames * c.train_frame +
             4.0 * s.test_frames * (c.frame + 3.0 * c.objects * c.encode);
    case Kind::kTiming:
      return s.timing_objects * (c.frame / c.objects + c.encode + 2.0 * kTableMany * c.evaluate_many);
  }
  return 0.0;
}

/// The line "key = value" of a TOML text with another value; a new line at the end of [training] without it.
std::string with_value(const std::string& text, const std::string& key, const std::string& value) {
  std::string out;
  bool found = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    const bool is_it = line.starts_with(key + " =") || line.starts_with(key + "=");
    out += (is_it ? key + " = " + value : line) + "\n";
    found = found || is_it;
    begin = end + 1;
  }
  if (!found) {
    const std::string head = "[training]\n";
    const std::size_t at = out.find(head);
    out.insert(at == std::string::npos ? out.size() : at + head.size(), key + " = " + value + "\n");
  }
  return out;
}

}  // namespace

std::string ReproduceStep::name() const {
  const std::string kind_name = kKindNames[static_cast<std::size_t>(kind)];
  if (kind == Kind::kTiming) {
    return kind_name;
  }
  return kind_name + (arm.empty() ? "" : "-" + arm) + "-s" + std::to_string(seed);
}

std::vector<NamedSize> Study::sizes(ReproduceSizes& s) {
  return {{"network", s.network},
          {"seeds", s.seeds, 1, 20},
          {"steps", s.steps},
          {"ranker_steps", s.ranker_steps, 0},
          {"train_frames", s.train_frames},
          {"curve_points", s.curve_points},
          {"curve_frames", s.curve_frames},
          {"test_frames", s.test_frames},
          {"sweep_frames", s.sweep_frames},
          {"schedule_objects", s.schedule_objects},
          {"timing_objects", s.timing_objects, 0}};
}

std::vector<std::string> trained_arms(const ReproducePlan& plan) {
  std::vector<std::string> arms;
  for (const ReproduceStep& step : plan.steps) {
    if (step.kind == Kind::kTrain && std::find(arms.begin(), arms.end(), step.arm) == arms.end()) {
      arms.push_back(step.arm);
    }
  }
  return arms;
}

bool has_pretraining_study(const ReproducePlan& plan) {
  const auto all = trained_arms(plan);
  return std::find(all.begin(), all.end(), kPretrainingArms[0]) != all.end();
}

ReproduceSizes full_sizes() {
  return {};
}

ReproduceSizes quick_sizes() {
  ReproduceSizes sizes;
  sizes.network = "tiny";
  sizes.ranker_steps = 600;
  sizes.train_frames = 1000;
  sizes.curve_frames = 15;
  sizes.test_frames = 50;
  sizes.sweep_frames = 20;
  sizes.schedule_objects = 15;
  sizes.timing_objects = 20;
  return sizes;
}

ReproduceSizes fitted(const ReproduceSizes& wanted, const ReproduceCosts& costs, double seconds,
                      bool pretraining_study) {
  ReproduceSizes sizes = wanted;
  const TimeBudget budget{seconds};
  const auto measuring_seconds = [&] {
    ReproduceSizes still = sizes;
    still.steps = still.ranker_steps = 0;
    return make_plan(still, costs, pretraining_study).seconds();
  };
  const double factor = budget.shrink(measuring_seconds());
  sizes.train_frames = shrunk(sizes.train_frames, factor, 200);
  sizes.curve_frames = shrunk(sizes.curve_frames, factor, 4);
  sizes.test_frames = shrunk(sizes.test_frames, factor, 10);
  sizes.sweep_frames = shrunk(sizes.sweep_frames, factor, 5);
  sizes.schedule_objects = shrunk(sizes.schedule_objects, factor, 5);
  sizes.timing_objects = shrunk(sizes.timing_objects, factor, 5);
  const double trainings = static_cast<double>(std::size(kReproduceArms)) + kPretrainingShare +
                           (pretraining_study ? static_cast<double>(std::size(kPretrainingArms)) : 0.0);
  const double work =
      sizes.seeds * (trainings * wanted.steps * costs.train_step + wanted.ranker_steps * costs.ranker_step);
  const double share = budget.share(measuring_seconds(), work);
  const auto steps = [&](int count) {
    return std::min(count, std::max(kFewestSteps, static_cast<int>(share * count) / 20 * 20));
  };
  sizes.steps = steps(wanted.steps);
  sizes.ranker_steps = steps(wanted.ranker_steps);
  return sizes;
}

bool has_time_for_study(const ReproduceSizes& wanted, const ReproduceCosts& costs, double seconds) {
  return fitted(wanted, costs, seconds, true).steps >= kFewestStudySteps * wanted.steps;
}

ReproducePlan make_plan(const ReproduceSizes& sizes, const ReproduceCosts& costs, bool pretraining_study) {
  ReproducePlan plan;
  plan.breadth = pretraining_study;
  plan.sizes = sizes;
  for (int seed = 1; seed <= sizes.seeds; ++seed) {
    for (const char* arm : kReproduceArms) {
      plan.steps.push_back({Kind::kTrain, arm, seed});
    }
    if (sizes.ranker_steps > 0) {
      plan.steps.push_back({Kind::kRanker, kReproduceArms[2], seed});
    }
    for (const char* arm : kReproduceArms) {
      plan.steps.push_back({Kind::kEvaluate, arm, seed});
    }
    plan.steps.push_back({Kind::kSweep, kReproduceArms[0], seed});
    plan.steps.push_back({Kind::kSchedules, kReproduceArms[0], seed});
    plan.steps.push_back({Kind::kFeatures, "", seed});
  }
  for (int seed = 1; pretraining_study && seed <= sizes.seeds; ++seed) {
    for (const char* arm : kPretrainingArms) {
      plan.steps.push_back({Kind::kTrain, arm, seed});
    }
    for (const char* arm : kPretrainingArms) {
      plan.steps.push_back({Kind::kEvaluate, arm, seed});
    }
  }
  if (sizes.timing_objects > 0) {
    plan.steps.push_back({Kind::kTiming, "", 1});
  }
  for (ReproduceStep& step : plan.steps) {
    step.seconds = step_seconds(step, sizes, costs);
  }
  return plan;
}

Expected<TrainRecipe> reproduce_recipe(const std::filesystem::path& file, const ReproduceSizes& sizes,
                                       int seed) {
  const auto recipe = read_train_recipe(file);
  if (!recipe) {
    return recipe.error();
  }
  const TrainerOptions& trainer = recipe->trainer;
  const double pretraining = static_cast<double>(trainer.pretrain_steps()) / trainer.total_steps();
  const int pretrain = static_cast<int>(std::lround(pretraining * sizes.steps));
  std::string text = recipe->text;
  const std::pair<const char*, int> values[] = {
      {"seed", seed},
      {"pretrain_steps", pretrain},
      {"joint_steps", sizes.steps - pretrain},
      {"train_frames", sizes.train_frames},
      {"test_frames", sizes.curve_frames},
      {"curve_frames", sizes.curve_frames},
      {"curve_every", std::max(1, sizes.steps / sizes.curve_points)},
      {"checkpoint_every", std::max(1, std::min(500, sizes.steps / 4))}};
  for (const auto& [key, value] : values) {
    text = with_value(text, key, std::to_string(value));
  }
  text = with_value(text, "config", "\"" + sizes.network + "\"");
  return parse_train_recipe(text, file);
}

Expected<ReproducePlan> reproduce_plan(const ExperimentPlan& kept, const std::string& name) {
  auto plan = study_plan_of<Study>(kept, name);
  return plan && !named_config(plan->sizes.network)
             ? Expected<ReproducePlan>(plan_error(name, "there is no network " + plan->sizes.network))
             : std::move(plan);
}

}  // namespace alidade::score_scaling
