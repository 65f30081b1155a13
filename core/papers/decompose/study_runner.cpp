// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/study_runner.h"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "core/contention/grouping.h"
#include "core/papers/decompose/gradient_summary.h"

namespace alidade::decompose {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Kind = StudyStep::Kind;

/// The relative changes that an effects step kept; NaN where nothing was measured.
std::vector<double> changes_of(const ordered_json& result) {
  std::vector<double> changes;
  for (const auto& row : result.at("changes")) {
    for (const auto& value : row) {
      changes.push_back(value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return changes;
}

}  // namespace

Arm StudyRunner::arm_of(const StudyStep& step) const {
  const auto arms = arms_of(set_of(step), plan_.breadth);
  return *std::find_if(arms.begin(), arms.end(), [&](const Arm& arm) { return arm.name == step.arm; });
}

/// The arm whose grouping a pilot or grouping step makes.
Arm StudyRunner::variant_arm(const StudyStep& step) const {
  const StudySet& set = set_of(step);
  const auto arms = arms_of(set, plan_.breadth);
  return *std::find_if(arms.begin(), arms.end(), [&](const Arm& arm) {
    return arm.routing == Routing::kRefined && variant_of(arm) == step.variant &&
           (!step.variant.empty() || arm.name == grouped_arm(set));
  });
}

std::string StudyRunner::difficulty_step(const StudyStep& step) const {
  const bool other = step.variant == "diffusion" || step.variant == "regression";
  return StudyStep{Kind::kDifficulty, step.set, "", other ? step.variant : ""}.name();
}

std::string StudyRunner::run_name(const StudyStep& step) const {
  const std::string name = step.name();
  return step.kind == Kind::kTrain ? name.substr(std::string("train-").size()) : name;
}

std::vector<std::string> StudyRunner::needs(const StudyStep& step) const {
  const auto name = [&](Kind kind, const std::string& arm, const std::string& variant, int seed = 1) {
    return StudyStep{kind, step.set, arm, variant, 0, seed}.name();
  };
  switch (step.kind) {
    case Kind::kReference:
      return {};
    case Kind::kEvaluate:
    case Kind::kContention:
      return {name(Kind::kTrain, step.arm, "", step.seed)};
    case Kind::kEffects:
      return {name(Kind::kTrain, kNone, "")};
    case Kind::kDifficulty:
      return {step.variant.empty() ? name(Kind::kTrain, kNone, "") : name(Kind::kReference, "", "")};
    case Kind::kPilot:
      return {difficulty_step(step)};
    case Kind::kGrouping: {
      std::vector<std::string> all{difficulty_step(step)};
      for (int i = 0; i < groups_of(variant_arm(step), set_of(step)); ++i) {
        all.push_back(StudyStep{Kind::kPilot, step.set, "", step.variant, i}.name());
      }
      return all;
    }
    case Kind::kTrain:
      break;
  }
  const Arm arm = arm_of(step);
  switch (arm.routing) {
    case Routing::kQuantile:
      return {name(Kind::kDifficulty, "", "")};
    case Routing::kRefined:
      return {name(Kind::kGrouping, "", variant_of(arm))};
    case Routing::kGradients:
      return {name(Kind::kContention, kNone, "")};
    case Routing::kEffects:
      return {name(Kind::kEffects, "", "")};
    default:
      return {};
  }
}

Expected<std::vector<double>> StudyRunner::difficulty(const StudyStep& step, const StepInput& input) const {
  return difficulty_from_json(input.needs.at(difficulty_step(step)), set_of(step));
}

/// The branches of a training or pilot, from the results that it needs.
Expected<Branches> StudyRunner::branches(const StudyStep& step, const StepInput& input) const {
  const StudySet& set = set_of(step);
  if (step.kind == Kind::kPilot) {
    const Arm arm = variant_arm(step);
    const auto measured = difficulty(step, input);
    return measured ? pilot_branches(set, *measured, groups_of(arm, set), arm.capacities, step.index)
                    : Expected<Branches>(measured.error());
  }
  const Arm arm = arm_of(step);
  const int count = groups_of(arm, set);
  const auto routed = [&](const Expected<std::vector<int>>& groups) {
    return groups ? branches_of(set, *groups, count, arm.capacities, {}) : Expected<Branches>(groups.error());
  };
  switch (arm.routing) {
    case Routing::kShared:
      return Branches{{set.categories}, {arm.capacities == "L" ? "low" : "high"}};
    case Routing::kRandom:
      return routed(random_groups(set.categories, count, static_cast<std::uint64_t>(step.seed)));
    case Routing::kQuantile: {
      const auto measured = difficulty(step, input);
      return measured ? pilot_branches(set, *measured, count, arm.capacities, 0)
                      : Expected<Branches>(measured.error());
    }
    case Routing::kGradients:
      return routed(gradient_groups(set.categories,
                                    summary_cosines(input.needs.begin()->second, kCorrespondence), count));
    case Routing::kEffects:
      return routed(effect_groups(set.categories, changes_of(input.needs.begin()->second), count));
    default: {
      const StudyStep grouping{Kind::kGrouping, step.set, "", variant_of(arm)};
      auto made = branches_from_json(input.needs.at(grouping.name()), grouping.name());
      if (made && !arm.capacities.empty()) {  // the grouping's own are those of the set's main arm
        for (std::size_t i = 0; i < made->capacities.size(); ++i) {
          made->capacities[i] = arm.capacities.at(i) == 'H' ? "high" : "low";
        }
      }
      return made;
    }
  }
}

Expected<int> StudyRunner::wide_hidden(const StudySet& set, const TrainingOrder& shared) const {
  TrainingOrder grouped = shared;
  const auto arms = arms_of(set, plan_.breadth);
  grouped.arm =
      *std::find_if(arms.begin(), arms.end(), [&](const Arm& arm) { return arm.name == grouped_arm(set); });
  // Which categories a branch has does not change how many parameters there are.
  const auto any = random_groups(set.categories, set.groups, 0);
  const auto made =
      any ? branches_of(set, *any, set.groups, grouped.arm.capacities, {}) : Expected<Branches>(any.error());
  if (!made) {
    return made.error();
  }
  grouped.branches = *made;
  return matching_width(shared, grouped, plan_.sizes, [&](const std::string& text) {
    return work_->parameters(text, places_.data(set, "train"), set.categories);
  });
}

Expected<TrainingOrder> StudyRunner::order(const StudyStep& step, const StepInput& input) const {
  const StudySet& set = set_of(step);
  const bool pilot = step.kind == Kind::kPilot;
  TrainingOrder order;
  order.arm = pilot ? variant_arm(step) : arm_of(step);
  order.seed = step.seed;
  order.steps = pilot ? plan_.sizes.pilot_steps : plan_.sizes.steps;
  order.batch = batch_of(order.arm, set, plan_.sizes);
  order.keeps_series = !pilot && order.arm.contention;
  // Relative to the recipes, so that a folder that moved keeps its results.
  order.data = places_.data(set, "train").filename();
  order.encoder = places_.encoder.lexically_relative(places_.recipes);
  auto made = branches(step, input);
  if (!made) {
    return made.error();
  }
  order.branches = std::move(*made);
  if (order.arm.wide) {
    const auto width = wide_hidden(set, order);
    if (!width) {
      return width.error();
    }
    order.branch_hidden = *width;
  }
  return order;
}

/// The digest of a file that decides a result.
Expected<void> StudyRunner::add_data(ordered_json& json, const char* key, const fs::path& file) const {
  const auto digest = sha256_file(file);
  if (!digest) {
    return digest.error();
  }
  json[key] = *digest;
  return {};
}

Expected<ordered_json> StudyRunner::training_recipe(const StudyStep& step, const StepInput& input) const {
  const StudySet& set = set_of(step);
  ordered_json json{{"step", step.name()}};
  if (auto added = add_data(json, "data_sha256", places_.data(set, "train")); !added) {
    return added.error();
  }
  if (step.kind == Kind::kReference) {
    json["recipe"] = work_->reference_text(plan_.sizes, places_.data(set, "train").filename());
    return json;
  }
  const auto made = order(step, input);
  if (!made) {
    return made.error();
  }
  if (made->arm.color == "encoder") {
    if (auto added = add_data(json, "encoder_sha256", places_.encoder); !added) {
      return added.error();
    }
  }
  json["branches"] = to_json(made->branches);
  json["branch_hidden"] = made->branch_hidden;
  json["recipe"] = training_text(*made, plan_.sizes);
  if (step.kind == Kind::kPilot) {
    json["validation_frames"] = plan_.sizes.validation_frames;
    if (auto added = add_data(json, "validation_sha256", places_.data(set, "val")); !added) {
      return added.error();
    }
  }
  return json;
}

Expected<ordered_json> StudyRunner::measuring_recipe(const StudyStep& step, const char* split) const {
  const StudySizes& sizes = plan_.sizes;
  ordered_json json{{"step", step.name()}};
  if (auto added = add_data(json, "data_sha256", places_.data(set_of(step), split)); !added) {
    return added.error();
  }
  switch (step.kind) {
    case Kind::kEvaluate:
      json["frames"] = sizes.test_frames;
      break;
    case Kind::kDifficulty:
      json["frames"] = sizes.validation_frames;
      break;
    default:
      json["checkpoints"] = sizes.checkpoints;
      json["batches"] = sizes.contention_batches;
      json["batch"] = sizes.contention_batch;
  }
  return json;
}

Expected<ordered_json> StudyRunner::recipe(const StudyStep& step, const StepInput& input) const {
  switch (step.kind) {
    case Kind::kTrain:
    case Kind::kPilot:
    case Kind::kReference:
      return training_recipe(step, input);
    case Kind::kGrouping:
      return ordered_json{{"step", step.name()}, {"groups", groups_of(variant_arm(step), set_of(step))}};
    case Kind::kEvaluate:
      return measuring_recipe(step, "test");
    case Kind::kDifficulty:
      return measuring_recipe(step, "val");
    default:  // gradients are those of what was trained on (App. B.1)
      return measuring_recipe(step, "train");
  }
}

}  // namespace alidade::decompose
