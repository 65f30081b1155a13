// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/study_runner.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/contention/effects.h"
#include "core/exchange/contention_file.h"
#include "core/experiments/seed_values.h"
#include "core/papers/decompose/gradient_summary.h"

namespace alidade::decompose {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Kind = StudyStep::Kind;

}  // namespace

double difficulty_share(const ordered_json& result, const std::string& category) {
  const auto share = json_number(result, {"accuracy", "categories", category, kDifficultyMetric});
  return share.value_or(0.0);
}

Expected<ordered_json> StudyRunner::train(const StudyStep& step, const ordered_json& recipe,
                                          const StepInput& input) const {
  const std::string name = run_name(step);
  const auto trained = work_->train(places_.run(name), recipe.at("recipe").get<std::string>(),
                                    places_.recipes / (name + ".toml"), input);
  if (!trained) {
    return trained.error();
  }
  ordered_json json;
  if (auto added = add_data(json, "checkpoint_sha256", places_.checkpoint(name)); !added) {
    return added.error();
  }
  if (recipe.contains("branches")) {
    json["groups"] = recipe.at("branches").at("groups");
    json["capacities"] = recipe.at("branches").at("capacities");
    json["branch_hidden"] = recipe.at("branch_hidden");
  }
  return json;
}

Expected<Accuracy> StudyRunner::validation(const StudyStep& step, Estimates estimator,
                                           const StepInput& input) const {
  std::string run = run_name(step);
  if (step.kind == Kind::kDifficulty) {
    run = step.variant.empty() ? run_name({Kind::kTrain, step.set, kNone})
                               : run_name({Kind::kReference, step.set});
  }
  return work_->evaluate(
      {places_.checkpoint(run), places_.data(set_of(step), "val"), plan_.sizes.validation_frames, estimator},
      input);
}

Expected<ordered_json> StudyRunner::run_difficulty(const StudyStep& step, const StepInput& input) const {
  const StudySet& set = set_of(step);
  const Estimates estimator = step.variant == "diffusion"    ? Estimates::kDiffusion
                              : step.variant == "regression" ? Estimates::kRegression
                                                             : Estimates::kNetwork;
  const auto accuracy = validation(step, estimator, input);
  if (!accuracy) {
    return accuracy.error();
  }
  const auto measured = difficulty_of(*accuracy, set);
  if (!measured) {
    return measured.error();
  }
  ordered_json json{{"accuracy", to_json(*accuracy)}};
  for (std::size_t i = 0; i < measured->size(); ++i) {
    json["difficulty"][set.categories[i]] = (*measured)[i];
  }
  return json;
}

Expected<ordered_json> StudyRunner::run_grouping(const StudyStep& step, const StepInput& input) const {
  const StudySet& set = set_of(step);
  const Arm arm = variant_arm(step);
  const int groups = groups_of(arm, set);
  const auto measured = difficulty(step, input);
  if (!measured) {
    return measured.error();
  }
  const auto score = [&](int index, const std::string& category) {
    const StudyStep pilot{Kind::kPilot, step.set, "", step.variant, index};
    return difficulty_share(input.needs.at(pilot.name()), category);
  };
  std::vector<std::pair<double, double>> scores;
  for (int boundary = 1; boundary < groups; ++boundary) {
    const auto category = boundary_category(set, *measured, groups, boundary);
    if (!category) {
      return category.error();
    }
    scores.emplace_back(score(0, *category), score(boundary, *category));
  }
  return refined_json(set, *measured, groups, arm.capacities, scores);
}

Expected<ordered_json> StudyRunner::run_contention(const StudyStep& step, const StepInput& input) const {
  const StudySizes& sizes = plan_.sizes;
  const std::string name = run_name({Kind::kTrain, step.set, step.arm, "", 0, step.seed});
  const auto history =
      work_->contention({places_.run(name), places_.data(set_of(step), "train"), sizes.checkpoints,
                         sizes.contention_batches, sizes.contention_batch},
                        input);
  if (!history) {
    return history.error();
  }
  std::error_code failure;
  fs::create_directories(places_.folder / "contention", failure);
  if (auto written = write_contention_history(**history, places_.folder / "contention" / (name + ".npz"));
      !written) {
    return written.error();
  }
  return gradient_summary(**history, input.job);
}

Expected<ordered_json> StudyRunner::run_effects(const StudyStep& step, const StepInput& input) const {
  const StudySizes& sizes = plan_.sizes;
  const auto effect = work_->effects(
      {places_.run(run_name({Kind::kTrain, step.set, kNone})), places_.data(set_of(step), "train"), 1,
       sizes.contention_batches, sizes.contention_batch},
      input);
  if (!effect) {
    return effect.error();
  }
  const auto changes = relative_changes(*effect);
  const std::size_t rows = effect->before.size();
  ordered_json json{{"steps", effect->steps}, {"rate", effect->rate}, {"changes", ordered_json::array()}};
  for (std::size_t i = 0; i < rows; ++i) {
    ordered_json row = ordered_json::array();
    for (std::size_t j = 0; j < rows; ++j) {
      const double value = changes[i * rows + j];
      row.push_back(std::isfinite(value) ? ordered_json(value) : ordered_json());
    }
    json["changes"].push_back(std::move(row));
  }
  return json;
}

Expected<ordered_json> StudyRunner::run(const StudyStep& step, const ordered_json& recipe,
                                        const StepInput& input) const {
  switch (step.kind) {
    case Kind::kTrain:
    case Kind::kReference:
      return train(step, recipe, input);
    case Kind::kPilot: {
      auto json = train(step, recipe, input);
      const auto accuracy =
          json ? validation(step, Estimates::kNetwork, input) : Expected<Accuracy>(json.error());
      if (!accuracy) {
        return accuracy.error();
      }
      (*json)["accuracy"] = to_json(*accuracy);
      return json;
    }
    case Kind::kDifficulty:
      return run_difficulty(step, input);
    case Kind::kGrouping:
      return run_grouping(step, input);
    case Kind::kContention:
      return run_contention(step, input);
    case Kind::kEffects:
      return run_effects(step, input);
    case Kind::kEvaluate:
      break;
  }
  const std::string name = run_name({Kind::kTrain, step.set, step.arm, "", 0, step.seed});
  const auto accuracy = work_->evaluate(
      {places_.checkpoint(name), places_.data(set_of(step), "test"), plan_.sizes.test_frames}, input);
  return accuracy ? Expected<ordered_json>(to_json(*accuracy)) : Expected<ordered_json>(accuracy.error());
}

}  // namespace alidade::decompose
