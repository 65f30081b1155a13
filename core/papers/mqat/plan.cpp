// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/plan.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/experiments/budget.h"

namespace alidade::mqat {
namespace {

using nlohmann::ordered_json;
using Kind = StudyStep::Kind;

constexpr std::array<const char*, 12> kKindNames{"base",   "facts",    "traces",  "sensitivity",
                                                 "train",  "evaluate", "flow",    "allocation",
                                                 "levels", "votes",    "latency", "standin"};
constexpr std::array<const char*, 2> kBreadthNames{"main", "all"};
constexpr int kFewestSteps = 20, kFewestBaseSteps = 100, kFewestImages = 50;
constexpr double kMeasuringShare = 0.5;  ///< of the time: an evaluation costs about as much as a stage
constexpr double kPyramidLevels = 3.0;   ///< that Table 7 looks at
/// Evaluations that a study of layers costs: one for each layer, and half as much for the other scores.
constexpr double kSensitivityRounds = 40.0;

template <class Sizes, class Visitor>
void visit_study_sizes(Sizes& s, Visitor&& visit) {
  visit("seeds", s.seeds);
  visit("stage_steps", s.stage_steps);
  visit("base_steps", s.base_steps);
  visit("batch", s.batch);
  visit("train_images", s.train_images);
  visit("selection_images", s.selection_images);
  visit("test_images", s.test_images);
  visit("light_images", s.light_images);
  visit("trace_images", s.trace_images);
  visit("trace_probes", s.trace_probes);
  visit("sensitivity_images", s.sensitivity_images);
  visit("vote_images", s.vote_images);
  visit("latency_repeats", s.latency_repeats);
  visit("stand_in_frames", s.stand_in_frames);
  visit("stand_in_steps", s.stand_in_steps);
}

/// The seconds of a step; arms by their names.
class StepEstimates {
 public:
  StepEstimates(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth)
      : sizes_(sizes), costs_(costs) {
    for (const Arm& arm : study_arms(breadth)) {
      stages_[arm.name] = stages_of(arm);
    }
  }

  double seconds(const StudyStep& step) const {
    const StudySizes& s = sizes_;
    switch (step.kind) {
      case Kind::kBase:
        return s.base_steps * costs_.train_step;
      case Kind::kTraces:
        return s.trace_probes * costs_.probe;
      case Kind::kSensitivity:
        return kSensitivityRounds * s.sensitivity_images * costs_.image;
      case Kind::kTrain:
        return stages_.at(step.subject) * s.stage_steps * costs_.train_step;
      case Kind::kEvaluate:
        return (s.selection_images + s.test_images + s.light_images) * costs_.image;
      case Kind::kLevels:
        return kPyramidLevels * s.selection_images * costs_.image;
      case Kind::kVotes:
        return s.vote_images * costs_.image;
      case Kind::kLatency:
        return s.latency_repeats * costs_.latency;
      case Kind::kStandIn:
        return s.stand_in_frames * costs_.stand_in_frame + s.stand_in_steps * costs_.stand_in_step;
      default:
        return 0.0;
    }
  }

 private:
  const StudySizes& sizes_;
  const StudyCosts& costs_;
  std::map<std::string, int> stages_;
};

void add_arm(std::vector<StudyStep>& steps, const Arm& arm, int seeds) {
  for (int seed = 1; seed <= seeds; ++seed) {
    if (arm.stages > 0 || arm.quantizer == ArmQuantizer::kPost) {
      steps.push_back({Kind::kTrain, arm.name, seed});
    }
    steps.push_back({Kind::kEvaluate, arm.name, seed});
  }
}

/// The arms, the flow and the widths before the first arm that follows from them.
void add_arms(StudyPlan& plan) {
  bool chosen = false;
  for (const Arm& arm : study_arms(plan.breadth)) {
    if (!chosen && arm.source != Source::kFixed) {
      chosen = true;
      plan.steps.push_back({Kind::kTraces, "demo"});
      plan.steps.push_back({Kind::kSensitivity, "demo"});
      plan.steps.push_back({Kind::kFlow, "demo"});
      for (const char* budget : kBudgets) {
        plan.steps.push_back({Kind::kAllocation, budget});
      }
    }
    add_arm(plan.steps, arm, plan.seeds_of(arm));
  }
}

void add_looks(StudyPlan& plan) {
  const auto arms = study_arms(plan.breadth);
  for (const char* name : kLookedAt) {
    const auto arm =
        std::find_if(arms.begin(), arms.end(), [&](const Arm& known) { return known.name == name; });
    plan.steps.push_back({Kind::kLevels, name, 1});
    for (int seed = 1; seed <= plan.seeds_of(*arm); ++seed) {
      plan.steps.push_back({Kind::kVotes, name, seed});
    }
  }
  for (const char* stand_in : kStandIns) {
    for (const char* widths : kStandInWidths) {
      plan.steps.push_back({Kind::kStandIn, std::string(stand_in) + "-" + widths});
    }
  }
  for (const char* widths : kTimed) {
    plan.steps.push_back({Kind::kLatency, widths});
  }
}

bool are_possible_sizes(const StudySizes& sizes) {
  bool good = sizes.seeds <= 20 && sizes.batch >= 2;
  visit_study_sizes(sizes, [&](const char*, int value) { good = good && value >= 1 && value <= 100000000; });
  return good;
}

double training_seconds(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth) {
  StudyCosts training;
  training.train_step = costs.train_step;
  training.stand_in_step = costs.stand_in_step;
  return make_plan(sizes, training, breadth).seconds();
}

double measuring_seconds(const StudySizes& sizes, StudyCosts costs, Breadth breadth) {
  costs.train_step = costs.stand_in_step = 0.0;
  return make_plan(sizes, costs, breadth).seconds();
}

StudySizes with_measuring(StudySizes sizes, const StudySizes& wanted, double factor) {
  sizes.selection_images = shrunk(wanted.selection_images, factor, kFewestImages);
  sizes.test_images = shrunk(wanted.test_images, factor, kFewestImages);
  sizes.light_images = shrunk(wanted.light_images, factor, kFewestImages);
  sizes.trace_probes = shrunk(wanted.trace_probes, factor, 8);
  sizes.sensitivity_images = shrunk(wanted.sensitivity_images, factor, kFewestImages);
  sizes.vote_images = shrunk(wanted.vote_images, factor, 8);
  sizes.latency_repeats = shrunk(wanted.latency_repeats, factor, 3);
  sizes.stand_in_frames = shrunk(wanted.stand_in_frames, factor, 4);
  return sizes;
}

}  // namespace

bool has_network(Breadth breadth, const StudyNetwork& network) {
  return breadth == Breadth::kAll || network.name == study_networks().front().name;
}

int stages_of(const Arm& arm) {
  if (arm.quantizer == ArmQuantizer::kPost) {
    return 0;
  }
  const bool in_turn = arm.in_turn || arm.source == Source::kMqat;
  return in_turn ? static_cast<int>(arm.source == Source::kMqat ? std::size(kModules) : arm.levels.size())
                 : arm.stages;
}

std::vector<std::string> split_widths(const std::string& widths) {
  std::vector<std::string> out;
  std::istringstream parts(widths);
  for (std::string part; std::getline(parts, part, '-');) {
    out.push_back(part);
  }
  return out;
}

std::string StudyStep::name() const {
  const std::string text = std::string(kKindNames[static_cast<std::size_t>(kind)]) + "-" + subject;
  return seed > 0 ? text + "-s" + std::to_string(seed) : text;
}

double StudyPlan::seconds() const {
  return std::accumulate(steps.begin(), steps.end(), 0.0,
                         [](double sum, const StudyStep& step) { return sum + step.seconds; });
}

StudySizes full_sizes() {
  return {};
}

StudySizes quick_sizes() {
  StudySizes sizes;
  sizes.seeds = 1;
  sizes.stage_steps = 120;
  sizes.base_steps = 600;
  sizes.train_images = 2000;
  sizes.selection_images = 100;
  sizes.test_images = 150;
  sizes.light_images = 50;
  sizes.trace_images = 32;
  sizes.trace_probes = 16;
  sizes.sensitivity_images = 50;
  sizes.vote_images = 16;
  sizes.latency_repeats = 3;
  sizes.stand_in_frames = 8;
  sizes.stand_in_steps = 8;
  return sizes;
}

StudySizes fitted(const StudySizes& wanted, const StudyCosts& costs, double seconds, Breadth breadth) {
  TimeBudget budget{seconds};
  budget.measuring_share = kMeasuringShare;
  StudySizes sizes = with_measuring(wanted, wanted, budget.shrink(measuring_seconds(wanted, costs, breadth)));
  const double share =
      budget.share(measuring_seconds(sizes, costs, breadth), training_seconds(wanted, costs, breadth));
  const auto steps = [&](int count, int fewest) {
    return std::min(count, std::max(fewest, static_cast<int>(share * count) / 10 * 10));
  };
  sizes.stage_steps = steps(wanted.stage_steps, kFewestSteps);
  sizes.base_steps = steps(wanted.base_steps, kFewestBaseSteps);
  sizes.stand_in_steps = steps(wanted.stand_in_steps, kFewestSteps);
  return sizes;
}

StudyPlan make_plan(const StudySizes& sizes, const StudyCosts& costs, Breadth breadth) {
  StudyPlan plan;
  plan.breadth = breadth;
  plan.sizes = sizes;
  for (const StudyNetwork& network : study_networks()) {
    if (has_network(breadth, network)) {
      if (!network.bundled) {
        plan.steps.push_back({Kind::kBase, network.name});
      }
      plan.steps.push_back({Kind::kFacts, network.name});
    }
  }
  add_arms(plan);
  add_looks(plan);
  const StepEstimates estimates(sizes, costs, breadth);
  for (StudyStep& step : plan.steps) {
    step.seconds = estimates.seconds(step);
  }
  // Whoever trains first renders the images.
  const auto first = std::find_if(plan.steps.begin(), plan.steps.end(), [](const StudyStep& step) {
    return step.kind == Kind::kTrain || step.kind == Kind::kBase;
  });
  first->seconds += sizes.train_images * costs.train_image;
  return plan;
}

StudyPlan extended(const StudyPlan& plan, Breadth breadth) {
  StudyPlan out = make_plan(plan.sizes, {}, std::max(breadth, plan.breadth));
  out.quick = plan.quick;
  out.recipes_sha256 = plan.recipes_sha256;
  const auto estimate = [&](const auto& is_it) {
    const auto found = std::find_if(plan.steps.begin(), plan.steps.end(), is_it);
    return found == plan.steps.end() ? std::nullopt : std::optional(found->seconds);
  };
  for (StudyStep& step : out.steps) {
    const auto own = estimate([&](const StudyStep& s) { return s.name() == step.name(); });
    const auto alike = estimate([&](const StudyStep& s) { return s.kind == step.kind && s.seconds > 0.0; });
    step.seconds = own.value_or(alike.value_or(0.0));
  }
  return out;
}

ExperimentPlan experiment_plan(const StudyPlan& plan) {
  ordered_json settings;
  visit_study_sizes(plan.sizes, [&](const char* key, int value) { settings["sizes"][key] = value; });
  settings["breadth"] = kBreadthNames[static_cast<std::size_t>(plan.breadth)];
  settings["recipes_sha256"] = plan.recipes_sha256;
  ExperimentPlan kept{plan.quick, json_text(settings), {}};
  for (const StudyStep& step : plan.steps) {
    kept.steps.push_back({step.name(), step.seconds});
  }
  return kept;
}

Expected<StudyPlan> study_plan(const ExperimentPlan& kept, const std::string& name) {
  StudyPlan plan;
  plan.quick = kept.quick;
  try {
    const auto settings = embedded_json(kept.settings);
    visit_study_sizes(plan.sizes,
                      [&](const char* key, int& value) { settings.at("sizes").at(key).get_to(value); });
    const auto named =
        std::find(kBreadthNames.begin(), kBreadthNames.end(), settings.at("breadth").get<std::string>());
    if (named == kBreadthNames.end()) {
      return plan_error(name, "it is not a plan of this version");
    }
    plan.breadth = static_cast<Breadth>(named - kBreadthNames.begin());
    settings.at("recipes_sha256").get_to(plan.recipes_sha256);
  } catch (const nlohmann::json::exception&) {
    return plan_error(name, "it is not a plan of this version");
  }
  const bool good = are_possible_sizes(plan.sizes);
  const StudyPlan whole = good ? make_plan(plan.sizes, {}, plan.breadth) : StudyPlan{};
  for (const PlannedStep& listed : kept.steps) {
    const auto known = std::find_if(whole.steps.begin(), whole.steps.end(),
                                    [&](const StudyStep& step) { return step.name() == listed.name; });
    if (known != whole.steps.end()) {
      plan.steps.push_back(*known);
      plan.steps.back().seconds = listed.seconds;
    }
  }
  if (!good || kept.steps.empty() || plan.steps.size() != kept.steps.size()) {
    return plan_error(name, "a size is out of its range or the steps are those of another version");
  }
  return plan;
}

}  // namespace alidade::mqat
