// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>

#include "core/nn/allocated_memory.h"
#include "core/nn/compute.h"
#include "core/nn/sparse_detector/detector_trainer.h"
#include "core/papers/h2a2/network_measures.h"
#include "core/papers/h2a2/network_training.h"
#include "core/studies/detector_training.h"
#include "core/training/sample_order.h"

namespace alidade::h2a2 {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kTimedScenes = 8;  ///< of each source
constexpr int kCostSteps = 3, kCostScenes = 3;
constexpr int kAdamCopies = 4;  ///< weights, gradients, two moments

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A training that is begun to be timed, with some scenes.
struct TimedTraining {
  DetectorRecipe recipe;
  std::unique_ptr<DetectorTrainer> trainer;
  std::vector<std::vector<DetectorSample>> samples;  ///< of each source
  std::vector<std::unique_ptr<SampleOrder>> orders;

  /// Seconds of a step.
  Expected<double> step(int index) {
    std::vector<std::vector<const DetectorSample*>> batches;
    for (std::size_t k = 0; k < samples.size(); ++k) {
      batches.push_back(orders[k]->batch(samples[k], index, recipe.training.batch));
    }
    const auto begin = Clock::now();
    const auto report = trainer->train(batches);
    return report ? Expected<double>(seconds_since(begin)) : Expected<double>(report.error());
  }
};

Expected<TimedTraining> begun_training(SceneShelf& shelf, const std::string& text, const fs::path& file,
                                       const JobContext& job) {
  const auto recipe = parse_detector_recipe(text, file);
  if (!recipe) {
    return recipe.error();
  }
  const TrainingRequest request{file, text, {}, [&shelf](const fs::path& path, const JobContext& inner) {
                                  return shelf.open(path, inner);
                                }};
  const auto config = recipe_detector(*recipe, request, job);
  if (!config) {
    return config.error();
  }
  TimedTraining timed{*recipe, {}, {}, {}};
  for (const DetectorSource& source : config->sources) {
    const auto data = std::find_if(recipe->sources.begin(), recipe->sources.end(),
                                   [&](const DetectorSourceRecipe& one) { return one.name == source.name; });
    auto samples =
        shelf.samples(data->train, source, kTimedScenes, static_cast<int>(recipe->most_points), job);
    if (!samples) {
      return samples.error();
    }
    timed.orders.push_back(std::make_unique<SampleOrder>(samples->size(), 1));
    timed.samples.push_back(std::move(*samples));
  }
  timed.trainer = std::make_unique<DetectorTrainer>(DetectorNetwork::create(*config, recipe->training.seed),
                                                    recipe->training);
  return timed;
}

/// Seconds of a detection, mean over scenes of all sources.
Expected<double> detection_seconds(DetectorNetwork& network,
                                   const std::vector<std::vector<DetectorSample>>& tests) {
  double seconds = 0.0, count = 0.0;
  for (std::size_t k = 0; k < tests.size(); ++k) {
    for (const DetectorSample& sample : tests[k]) {
      const auto begin = Clock::now();
      const auto input = detector_input(sample.points, sample.colors, network.config());
      const auto found = input ? network.detect(*input, static_cast<int>(k))
                               : Expected<std::vector<DetectedBox>>(input.error());
      if (!found) {
        return found.error();
      }
      seconds += seconds_since(begin);
      count += 1.0;
    }
  }
  return seconds / std::max(1.0, count);
}

/// Of one batch of one source, forwards and backwards.
Expected<double> gradient_seconds(TimedTraining& timed) {
  DetectorExample example;
  example.sample = timed.samples[0][0];
  std::vector<const ModelExample*> batch(static_cast<std::size_t>(timed.recipe.training.batch), &example);
  const auto begin = Clock::now();
  ParameterValues gradients;
  const auto loss = timed.trainer->network().loss(batch, 0, &gradients);
  return loss ? Expected<double>(seconds_since(begin)) : Expected<double>(loss.error());
}

/// The mean of some steps after one that is not counted.
Expected<double> mean_step(TimedTraining& timed) {
  double sum = 0.0;
  for (int i = 0; i <= kCostSteps; ++i) {
    const auto seconds = timed.step(i);
    if (!seconds) {
      return seconds;
    }
    sum += i > 0 ? *seconds : 0.0;
  }
  return sum / kCostSteps;
}

}  // namespace

Expected<Timing> time_training(SceneShelf& shelf, const TimingOrder& order, const JobContext& job) {
  bind_compute_thread();
  auto timed = begun_training(shelf, order.text, order.recipe, job);
  if (!timed) {
    return timed.error();
  }
  DetectorNetwork& network = timed->trainer->network();
  const auto tests = samples_of_sources(shelf, network.config(), order.tests, kCostScenes,
                                        static_cast<int>(timed->recipe.most_points), job);
  if (!tests) {
    return tests.error();
  }
  Timing timing;
  // The first step also makes the optimizer's moments; nobody looks at its time.
  std::optional<Expected<double>> first;
  timing.peak_bytes = peak_allocated_bytes([&] { first = timed->step(0); });
  if (!*first) {
    return first->error();
  }
  for (int i = 1; i <= order.repeats; ++i) {
    job.report("timing", i, order.repeats);
    const auto step = job.stopped() ? Expected<double>(Error{ErrorCode::kCancelled, "stopped while timing."})
                                    : timed->step(i);
    const auto scene = step ? detection_seconds(network, *tests) : step;
    if (!scene) {
      return scene.error();
    }
    timing.step_s.push_back(*step);
    timing.scene_s.push_back(*scene);
  }
  for (const ParameterInfo& parameter : network.parameters()) {
    std::int64_t size = 1;
    for (const std::int64_t extent : parameter.shape) {
      size *= extent;
    }
    timing.parameters += size;
  }
  timing.state_bytes = kAdamCopies * static_cast<std::int64_t>(sizeof(float)) * timing.parameters;
  return timing;
}

Expected<StudyCosts> measure_study_costs(SceneShelf& shelf, const std::string& joint,
                                         const std::string& selected, const fs::path& file,
                                         const std::vector<SourceScenes>& tests, const JobContext& job) {
  bind_compute_thread();
  job.report("measuring this machine", 0, 0);
  const JobContext quiet{job.stop, {}};
  StudyCosts costs;
  auto plain = begun_training(shelf, joint, file, quiet);
  if (!plain) {
    return plain.error();
  }
  const int points = static_cast<int>(plain->recipe.most_points);
  const auto begin = Clock::now();
  const auto scenes =
      samples_of_sources(shelf, plain->trainer->network().config(), tests, kCostScenes, points, quiet);
  if (!scenes) {
    return scenes.error();
  }
  costs.read_scene = seconds_since(begin) / (kCostScenes * static_cast<double>(tests.size()));
  auto chosen = begun_training(shelf, selected, file, quiet);
  if (!chosen) {
    return chosen.error();
  }
  for (const auto& [training, seconds] :
       {std::pair{&*plain, &costs.joint_step}, std::pair{&*chosen, &costs.selected_step}}) {
    const auto measured = mean_step(*training);
    if (!measured) {
      return measured.error();
    }
    *seconds = *measured;
  }
  const auto scene = detection_seconds(chosen->trainer->network(), *scenes);
  const auto gradient = scene ? gradient_seconds(*chosen) : scene;
  if (!gradient) {
    return gradient.error();
  }
  costs.scene = *scene;
  costs.gradient = *gradient;
  return costs;
}

}  // namespace alidade::h2a2
