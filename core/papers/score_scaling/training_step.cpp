// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <chrono>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/nn/compute.h"
#include "core/nn/pose_diffusion/energy_trainer.h"
#include "core/papers/score_scaling/steps.h"
#include "core/papers/score_scaling/study_objects.h"
#include "core/studies/train.h"

namespace alidade::score_scaling {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::uintmax_t kMaxMetricsBytes = std::uintmax_t{64} << 20;
constexpr int kRankerCheckpointEvery = 200;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// The accuracies that a run measured while it went.
Expected<ordered_json> curve_of(const fs::path& metrics) {
  const auto text = read_file(metrics, kMaxMetricsBytes);
  if (!text) {
    return text.error();
  }
  ordered_json curve = ordered_json::array();
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const auto entry = parse_ordered_json(line, {});
    if (entry && entry->is_object() && entry->contains("step") && entry->contains("accuracy") &&
        entry->at("accuracy").is_object()) {
      ordered_json point{{"step", entry->at("step")}};
      point.update(entry->at("accuracy"));
      curve.push_back(std::move(point));
    }
  }
  return curve;
}

/// Seconds of `work`, done at least three times and for half a second, after one time that is not counted.
template <class Work>
Expected<double> seconds_of(Work&& work) {
  constexpr double kLongEnough = 0.5;
  if (Expected<void> first = work(); !first) {
    return first.error();
  }
  const auto begin = Clock::now();
  int times = 0;
  while (times < 3 || (seconds_since(begin) < kLongEnough && times < 100)) {
    if (Expected<void> done = work(); !done) {
      return done.error();
    }
    ++times;
  }
  return seconds_since(begin) / times;
}

Expected<double> evaluation_seconds(ScoreField& field, int count) {
  std::vector<double> states(static_cast<std::size_t>(count) * field.dimension(), 0.1), scores(states.size());
  return seconds_of([&]() -> Expected<void> {
    field.evaluate(states, 0.5, scores);
    return {};
  });
}

/// Costs of rendering, encoding and sampling.
Expected<void> measure_objects(ReproduceWork& work, PoseNetwork& network, ReproduceCosts& costs,
                               const JobContext& job) {
  constexpr int kFrames = 4;
  const auto test = work.test_data(job);
  if (!test) {
    return test.error();
  }
  const auto begin = Clock::now();
  double sampling = 0.0;
  const auto visited = visit_objects(**test, kFrames, false, network, 1, JobContext{job.stop, {}},
                                     [&](StudyObject& object) -> Expected<bool> {
                                       const auto sampling_begin = Clock::now();
                                       if (costs.evaluate_many == 0.0) {
                                         costs.evaluate_one = *evaluation_seconds(*object.subject.field, 1);
                                         costs.evaluate_many = *evaluation_seconds(*object.subject.field, 50);
                                         costs.encode = *seconds_of([&]() -> Expected<void> {
                                           network.encode(object.points);
                                           return {};
                                         });
                                       }
                                       sampling += seconds_since(sampling_begin);
                                       return true;
                                     });
  if (!visited) {
    return visited.error();
  }
  const double objects = static_cast<double>(std::max<std::size_t>(1, visited->objects));
  costs.objects = objects / kFrames;
  costs.frame = std::max(0.0, seconds_since(begin) - sampling - objects * costs.encode) / kFrames;
  return {};
}

/// That of the training with the ranker of its network in its place. The text says of which network: the run
/// of another one is not continued.
Expected<TrainRecipe> ranker_recipe(const ReproduceWork& work, const ReproduceStep& step) {
  auto recipe = work.recipe(step.arm, step.seed);
  if (!recipe) {
    return recipe;
  }
  recipe->ranker.pose_checkpoint = work.checkpoint(step.arm, step.seed);
  recipe->ranker.steps = work.sizes.ranker_steps;
  recipe->validation_data.clear();
  recipe->loop.checkpoint_every = kRankerCheckpointEvery;
  recipe->loop.keep = {};
  const auto digest = sha256_file(recipe->ranker.pose_checkpoint);
  if (!digest) {
    return digest.error();
  }
  recipe->text += "\n[ranker]\nsteps = " + std::to_string(recipe->ranker.steps) +
                  "\npose_checkpoint_sha256 = \"" + *digest + "\"\n";
  return recipe;
}

}  // namespace

Expected<ordered_json> run_training(ReproduceWork& work, const ReproduceStep& step, const JobContext& job) {
  const auto recipe = work.recipe(step.arm, step.seed);
  if (!recipe) {
    return recipe.error();
  }
  const fs::path folder = work.run_folder(step.arm, step.seed);
  std::error_code failure;
  if (!fs::exists(work.checkpoint(step.arm, step.seed), failure)) {
    const auto samples = work.training_samples_of(step.seed, job);
    if (!samples) {
      return samples.error();
    }
    TrainOptions options{folder, fs::exists(folder / "recipe.toml", failure), {*samples}};
    if (auto trained = train(*recipe, options, work.readers, job); !trained) {
      return trained.error();
    }
  }
  const auto network = PoseNetwork::load(work.checkpoint(step.arm, step.seed));
  if (!network) {
    return network.error();
  }
  auto curve = curve_of(folder / "metrics.jsonl");
  if (!curve) {
    return curve.error();
  }
  return ordered_json{{"checkpoint_sha256", (*network)->checkpoint_sha256()},
                      {"parameters", (*network)->num_parameters()},
                      {"steps", recipe->trainer.total_steps()},
                      {"pretrain_steps", recipe->trainer.pretrain_steps()},
                      {"curve", std::move(*curve)}};
}

Expected<ordered_json> run_ranker(ReproduceWork& work, const ReproduceStep& step, const JobContext& job) {
  const auto recipe = ranker_recipe(work, step);
  if (!recipe) {
    return recipe.error();
  }
  if (auto trained = work.train("ranker", step.seed, *recipe, SampleDraw::kAnew, job); !trained) {
    return trained.error();
  }
  const auto ranker = EnergyNetwork::load(work.ranker(step.seed));
  if (!ranker) {
    return ranker.error();
  }
  return ordered_json{{"parameters", (*ranker)->num_parameters()}, {"steps", recipe->ranker.steps}};
}

Expected<ReproduceCosts> measure_costs(ReproduceWork& work, const JobContext& job) {
  constexpr int kFrames = 24;
  ReproduceWork small{work.folder, work.recipes, work.sizes, work.readers};
  small.sizes.train_frames = kFrames;
  job.report("measuring this machine", 0, 0);
  bind_compute_thread();
  ReproduceCosts costs;
  auto begin = Clock::now();
  const auto samples = small.training_samples_of(1, JobContext{job.stop, {}});
  if (!samples) {
    return samples.error();
  }
  costs.train_frame = seconds_since(begin) / kFrames;
  auto recipe = small.recipe("joint-no-pretraining", 1);
  if (!recipe) {
    return recipe.error();
  }
  const auto batch = SampleOrder((*samples)->size(), 1).batch(**samples, 0, recipe->trainer.batch);
  PoseTrainer trainer(recipe->network, recipe->trainer);
  const auto step = seconds_of([&]() -> Expected<void> {
    const auto losses = trainer.train(batch);
    return losses ? Expected<void>() : Expected<void>(losses.error());
  });
  if (!step) {
    return step.error();
  }
  costs.train_step = *step;
  const auto network = trainer.averaged();
  if (work.sizes.ranker_steps > 0) {
    EnergyTrainerOptions options;
    options.common = recipe->trainer;
    EnergyTrainer ranker(*network, options);
    const auto ranker_step = seconds_of([&]() -> Expected<void> {
      const auto losses = ranker.train(batch);
      return losses ? Expected<void>() : Expected<void>(losses.error());
    });
    if (!ranker_step) {
      return ranker_step.error();
    }
    costs.ranker_step = *ranker_step;
  }
  if (auto measured = measure_objects(work, *network, costs, job); !measured) {
    return measured.error();
  }
  return costs;
}

}  // namespace alidade::score_scaling
