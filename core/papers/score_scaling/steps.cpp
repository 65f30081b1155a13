// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/steps.h"

#include <deque>
#include <memory>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/experiments/begun_run.h"
#include "core/nn/compute.h"
#include "core/studies/infer.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/train.h"

namespace alidade::score_scaling {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Kind = ReproduceStep::Kind;

Expected<void> add_digest(ordered_json& json, const char* key, const fs::path& file) {
  const auto digest = sha256_file(file);
  if (!digest) {
    return digest.error();
  }
  json[key] = *digest;
  return {};
}

/// The trainings that a step looks at, and the ranker where it ranks.
std::vector<std::string> needs_of(const ReproduceStep& step, bool ranks) {
  const auto training = [&](const std::string& arm) {
    return ReproduceStep{Kind::kTrain, arm, step.seed}.name();
  };
  std::vector<std::string> needs;
  switch (step.kind) {
    case Kind::kTrain:
      return {};
    case Kind::kFeatures:
      for (const char* arm : kReproduceArms) {
        needs.push_back(training(arm));
      }
      return needs;
    case Kind::kTiming:
      needs.push_back(training(kJoint));
      break;
    default:
      needs.push_back(training(step.arm));
  }
  if (ranks && (step.kind == Kind::kTiming || (step.kind == Kind::kEvaluate && step.arm == kScratch))) {
    needs.push_back(ReproduceStep{Kind::kRanker, kScratch, step.seed}.name());
  }
  return needs;
}

}  // namespace

fs::path ReproduceWork::run_folder(const std::string& arm, int seed) const {
  return folder / "runs" / (arm + "-s" + std::to_string(seed));
}

fs::path ReproduceWork::checkpoint(const std::string& arm, int seed) const {
  return run_folder(arm, seed) / "final.safetensors";
}

fs::path ReproduceWork::ranker(int seed) const {
  return run_folder("ranker", seed) / "final.safetensors";
}

Expected<TrainRecipe> ReproduceWork::recipe(const std::string& arm, int seed) const {
  return reproduce_recipe(recipes / (arm + ".toml"), sizes, seed);
}

Expected<const std::vector<TrainingSample>*> ReproduceWork::training_samples_of(int seed,
                                                                                const JobContext& job) {
  if (!samples || samples->first != seed) {
    const auto of_seed = recipe(kReproduceArms[0], seed);
    if (!of_seed) {
      return of_seed.error();
    }
    samples.reset();
    auto collected = training_samples(*of_seed, readers, job);
    if (!collected) {
      return collected.error();
    }
    samples.emplace(seed, std::move(*collected));
  }
  return &samples->second;
}

Expected<std::shared_ptr<const Dataset>> ReproduceWork::test_data(const JobContext& job) {
  if (!test) {
    const auto of_arm = recipe(kReproduceArms[0], 1);
    if (!of_arm) {
      return of_arm.error();
    }
    auto opened = open_data(of_arm->test_data, readers, job);
    if (!opened) {
      return opened.error();
    }
    test = std::move(*opened);
  }
  return test;
}

Expected<void> ReproduceWork::train(const std::string& name, int seed, const TrainRecipe& recipe,
                                    SampleDraw draw, const JobContext& job) {
  const auto of_seed = training_samples_of(seed, job);
  if (!of_seed) {
    return of_seed.error();
  }
  const fs::path run = run_folder(name, seed);
  const bool resume = is_begun_run(run, recipe.text);
  return alidade::train(recipe, TrainOptions{run, resume, {*of_seed, draw}}, readers, job);
}

std::vector<Step> graph_steps(const ReproducePlan& plan, const fs::path& folder, const fs::path& recipes,
                              const DatasetReaders& readers, int workers) {
  const auto works = std::make_shared<std::deque<ReproduceWork>>();  // one for each worker: they hold samples
  for (int worker = 0; worker < workers; ++worker) {
    works->push_back({folder, recipes, plan.sizes, readers});
  }
  std::vector<Step> steps;
  for (const ReproduceStep& step : plan.steps) {
    const auto recipe = [works, step](const StepInput& input) {
      bind_compute_thread();
      return recipe_of((*works)[input.worker], step, input.job);
    };
    const auto run = [works, step](const ordered_json&, const StepInput& input) {
      return run_step((*works)[input.worker], step, input.job);
    };
    steps.push_back({step.name(), needs_of(step, plan.sizes.ranker_steps > 0), step.kind == Kind::kTiming,
                     step.seconds, recipe, run});
  }
  return steps;
}

Expected<ordered_json> recipe_of(ReproduceWork& work, const ReproduceStep& step, const JobContext& job) {
  ordered_json json{{"step", step.name()}, {"seed", step.seed}};
  const std::string arm = step.arm.empty() ? kReproduceArms[0] : step.arm;
  if (step.kind == Kind::kTrain) {
    const auto recipe = work.recipe(arm, step.seed);
    if (!recipe) {
      return recipe.error();
    }
    json["recipe"] = recipe->text;
    return json;
  }
  if (auto added = add_digest(json, "checkpoint_sha256", work.checkpoint(arm, step.seed)); !added) {
    return added.error();
  }
  for (std::size_t i = 1; step.kind == Kind::kFeatures && i < std::size(kReproduceArms); ++i) {
    const std::string key = std::string(kReproduceArms[i]) + "_sha256";
    if (auto added = add_digest(json, key.c_str(), work.checkpoint(kReproduceArms[i], step.seed)); !added) {
      return added.error();
    }
  }
  if (step.kind == Kind::kRanker) {
    json["ranker_steps"] = work.sizes.ranker_steps;
    return json;
  }
  const bool ranks = work.sizes.ranker_steps > 0;
  if (ranks && (step.kind == Kind::kTiming || arm == kReproduceArms[2])) {
    if (auto added = add_digest(json, "ranker_sha256", work.ranker(step.seed)); !added) {
      return added.error();
    }
  }
  const auto test = work.test_data(job);
  if (!test) {
    return test.error();
  }
  json["dataset"] = (*test)->name();
  json["dataset_sha256"] = (*test)->digest();
  json["sampler"] = describe(default_sampler());
  json["sizes"] = {{"test_frames", work.sizes.test_frames},
                   {"sweep_frames", work.sizes.sweep_frames},
                   {"schedule_objects", work.sizes.schedule_objects},
                   {"timing_objects", work.sizes.timing_objects}};
  return json;
}

Expected<ordered_json> run_step(ReproduceWork& work, const ReproduceStep& step, const JobContext& job) {
  switch (step.kind) {
    case Kind::kTrain:
      return run_training(work, step, job);
    case Kind::kRanker:
      return run_ranker(work, step, job);
    case Kind::kEvaluate:
      return run_table(work, step, job);
    case Kind::kSweep:
      return run_sweep(work, step, job);
    case Kind::kSchedules:
      return run_schedules(work, step, job);
    case Kind::kTiming:
      return run_timing(work, job);
    case Kind::kFeatures:
      return run_features(work, step, job);
  }
  return Error{ErrorCode::kFailed, "unknown step."};
}

}  // namespace alidade::score_scaling
