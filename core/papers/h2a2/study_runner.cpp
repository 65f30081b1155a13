// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/study_runner.h"

#include <algorithm>
#include <system_error>

#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "core/exchange/contention_file.h"
#include "core/experiments/study_experiment.h"
#include "core/papers/h2a2/result_json.h"

namespace alidade::h2a2 {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Kind = StudyStep::Kind;

/// The step whose share of gamma the random control repeats.
std::string share_step() {
  return StudyStep{Kind::kSharing, kBoth, 1}.name();
}

template <class Result>
Expected<ordered_json> as_json(const Expected<Result>& result) {
  return result ? Expected<ordered_json>(to_json(*result)) : Expected<ordered_json>(result.error());
}

/// The mean over sources and offsets of gamma in a sharing step's result.
double mean_gamma(const ordered_json& result) {
  double sum = 0.0;
  const auto& shares = result.at("shared");
  for (const auto& share : shares) {
    sum += share.get<double>();
  }
  return shares.empty() ? 0.0 : sum / static_cast<double>(shares.size());
}

}  // namespace

StudyRunner::StudyRunner(StudyPlan plan, StudyPlaces places, std::shared_ptr<const StudyWork> work)
    : plan_(std::move(plan)),
      places_(std::move(places)),
      work_(std::move(work)),
      arms_(study_arms(plan_.breadth)) {}

const Arm& StudyRunner::arm_of(const StudyStep& step) const {
  return *find_arm(arms_, step.arm);
}

std::string StudyRunner::run_name(const StudyStep& step) const {
  return step.arm + "-s" + std::to_string(step.seed);
}

std::vector<std::string> StudyRunner::needs(const StudyStep& step) const {
  switch (step.kind) {
    case Kind::kTiming:
      return {};
    case Kind::kTrain:
      return step.arm == kRandomShare ? std::vector<std::string>{share_step()} : std::vector<std::string>();
    default:
      return {StudyStep{Kind::kTrain, step.arm, step.seed}.name()};
  }
}

std::string StudyRunner::text_of(const StudyStep& step, const StepInput& input) const {
  TrainingOrder order{arm_of(step), std::max(1, step.seed)};
  if (step.arm == kRandomShare) {
    order.random_share = mean_gamma(input.needs.at(share_step()));
  }
  return training_text(order, plan_.sizes);
}

std::vector<SourceScenes> StudyRunner::scenes_of(const Arm& arm, const std::vector<StudySource>& sources,
                                                 const std::string& split) const {
  std::vector<SourceScenes> scenes;
  for (const StudySource& source : sources) {
    scenes.push_back({source.name, places_.recipes / recipe_name(arm, source, split, plan_.sizes)});
  }
  return scenes;
}

/// The digests of the data's recipes, which decide the scenes.
Expected<void> StudyRunner::add_digests(ordered_json& json, const std::vector<SourceScenes>& scenes) const {
  for (const SourceScenes& one : scenes) {
    const auto digest = sha256_file(one.data);
    if (!digest) {
      return digest.error();
    }
    json["data_sha256"][one.source] = *digest;
  }
  return {};
}

Expected<ordered_json> StudyRunner::recipe(const StudyStep& step, const StepInput& input) const {
  const StudySizes& sizes = plan_.sizes;
  const Arm& arm = arm_of(step);
  ordered_json json{{"step", step.name()}};
  const auto trained = trained_sources(arm);
  Expected<void> added;
  switch (step.kind) {
    case Kind::kTrain:
      json["recipe"] = text_of(step, input);
      added = add_digests(json, scenes_of(arm, trained, "train"));
      break;
    case Kind::kTiming:
      json["recipe"] = text_of(step, input);
      json["repeats"] = sizes.timing_repeats;
      added = add_digests(json, scenes_of(arm, trained, "train"));
      break;
    case Kind::kCosines:
      json["batches"] = sizes.cosine_batches;
      json["batch"] = sizes.batch;
      json["points"] = sizes.points;
      added = add_digests(json, scenes_of(arm, trained, "train"));
      break;
    case Kind::kResponses:
      break;
    default: {
      json["scenes"] = step.kind == Kind::kEvaluate  ? sizes.test_scenes
                       : step.kind == Kind::kSharing ? sizes.sharing_scenes
                                                     : sizes.intervention_scenes;
      json["points"] = sizes.points;
      auto scenes = scenes_of(arm, trained, "test");
      if (step.kind == Kind::kEvaluate && arm.transfers) {
        const auto unseen = scenes_of(arm, unseen_sources(arm), "test");
        scenes.insert(scenes.end(), unseen.begin(), unseen.end());
      }
      added = add_digests(json, scenes);
    }
  }
  return added ? Expected<ordered_json>(json) : Expected<ordered_json>(added.error());
}

Expected<ordered_json> StudyRunner::train(const StudyStep& step, const ordered_json& recipe,
                                          const StepInput& input) const {
  const std::string name = run_name(step);
  const auto network = work_->train(places_.run(name), recipe.at("recipe").get<std::string>(),
                                    places_.recipes / (name + ".toml"), input);
  const auto digest =
      network ? sha256_file(places_.checkpoint(name)) : Expected<std::string>(network.error());
  if (!digest) {
    return digest.error();
  }
  ordered_json json = to_json(*network);
  json["checkpoint_sha256"] = *digest;
  return json;
}

Expected<ordered_json> StudyRunner::cosines(const StudyStep& step, const StepInput& input) const {
  const Arm& arm = arm_of(step);
  const std::string name = run_name(step);
  const auto history =
      work_->cosines({places_.checkpoint(name), scenes_of(arm, trained_sources(arm), "train"),
                      plan_.sizes.cosine_batches, plan_.sizes.batch, plan_.sizes.points},
                     input);
  if (!history) {
    return history.error();
  }
  std::error_code failure;
  fs::create_directories(places_.folder / "contention", failure);
  const auto written = write_contention_history(**history, places_.folder / "contention" / (name + ".npz"));
  return written ? Expected<ordered_json>(to_json(**history)) : Expected<ordered_json>(written.error());
}

Expected<ordered_json> StudyRunner::timing(const StudyStep& step, const ordered_json& recipe,
                                           const StepInput& input) const {
  const Arm& arm = arm_of(step);
  return as_json(work_->timing({recipe.at("recipe").get<std::string>(), places_.recipes / "timed.toml",
                                scenes_of(arm, trained_sources(arm), "test"), plan_.sizes.timing_repeats},
                               input));
}

Expected<ordered_json> StudyRunner::run(const StudyStep& step, const ordered_json& recipe,
                                        const StepInput& input) const {
  const StudySizes& sizes = plan_.sizes;
  const Arm& arm = arm_of(step);
  const fs::path checkpoint = places_.checkpoint(run_name(step));
  const auto tests = scenes_of(arm, trained_sources(arm), "test");
  switch (step.kind) {
    case Kind::kTrain:
      return train(step, recipe, input);
    case Kind::kEvaluate:
      return as_json(work_->evaluate(
          {checkpoint, tests,
           arm.transfers ? scenes_of(arm, unseen_sources(arm), "test") : std::vector<SourceScenes>(),
           sizes.test_scenes, sizes.points},
          input));
    case Kind::kSharing:
      return as_json(work_->sharing({checkpoint, tests, sizes.sharing_scenes, sizes.points}, input));
    case Kind::kCosines:
      return cosines(step, input);
    case Kind::kResponses:
      return as_json(work_->responses(checkpoint, step.seed, input));
    case Kind::kInterventions:
      return as_json(work_->intervene({checkpoint, tests, sizes.intervention_scenes, sizes.points}, input));
    case Kind::kTiming:
      break;
  }
  return timing(step, recipe, input);
}

std::vector<Step> study_steps(const StudyPlan& plan, const StudyPlaces& places,
                              const std::shared_ptr<const StudyWork>& work) {
  return runner_steps(plan.steps, std::make_shared<const StudyRunner>(plan, places, work),
                      [](const StudyStep& step) { return step.kind == Kind::kTiming; });
}

}  // namespace alidade::h2a2
