// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/network_costs.h"

#include <algorithm>
#include <chrono>

#include "core/nn/compute.h"
#include "core/nn/keypoint/keypoint_quantization.h"
#include "core/papers/mqat/network_facts.h"
#include "core/papers/mqat/network_measures.h"
#include "core/studies/keypoint_training.h"
#include "core/studies/quantization_recipe.h"
#include "core/training/sample_order.h"

namespace alidade::mqat {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCostImages = 96, kEstimatedImages = 24, kCostProbes = 2;
// Of little weight, so not measured: of a latency, and of a retraining step of a stand-in.
constexpr double kLatencySeconds = 1.0, kStandInStepSeconds = 0.25;

double elapsed(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Seconds of a retraining step, the mean of at least five after one that is not counted.
Expected<double> step_seconds(const KeypointRecipe& recipe, const std::vector<KeypointSample>& samples,
                              std::unique_ptr<KeypointNetwork> network) {
  const auto how = training_quantization(recipe.quantization, *network, keypoint_end_weights(*network),
                                         recipe.training.steps, recipe.training.seed);
  if (!how) {
    return how.error();
  }
  KeypointTrainer trainer(std::move(network), recipe.training);
  if (auto quantized = trainer.quantize(*how); !quantized) {
    return quantized.error();
  }
  SampleOrder order(samples.size(), recipe.training.seed);
  int steps = 0;
  Clock::time_point begin = Clock::now();
  while (steps < 6 || (elapsed(begin) < 1.0 && steps < 60)) {
    const auto report = trainer.train(order.batch(samples, steps, recipe.training.batch));
    if (!report) {
      return report.error();
    }
    if (++steps == 1) {
      begin = Clock::now();
    }
  }
  return elapsed(begin) / (steps - 1);
}

}  // namespace

Expected<StudyCosts> measure_study_costs(NetworkShelf& shelf, const StandInPlaces& places,
                                         const std::string& text, const std::filesystem::path& file,
                                         const StudySizes& sizes, const std::filesystem::path& test,
                                         const JobContext& job) {
  bind_compute_thread();
  job.report("measuring this machine", 0, 0);
  const JobContext quiet{job.stop, {}};
  const auto recipe = parse_keypoint_recipe(text, file);
  if (!recipe) {
    return recipe.error();
  }
  auto network = open_network(recipe->start);
  if (!network) {
    return network.error();
  }
  StudyCosts costs;
  const KeypointConfig config = (*network)->config();
  auto begin = Clock::now();
  const auto samples = shelf.samples(recipe->train_data, recipe->object, kCostImages,
                                     recipe->min_visible_fraction, config, quiet);
  if (!samples) {
    return samples.error();
  }
  costs.train_image = elapsed(begin) / kCostImages;
  const auto step = step_seconds(*recipe, **samples, std::move(*network));
  if (!step) {
    return step.error();
  }
  costs.train_step = *step;
  begin = Clock::now();
  const auto records = evaluate_network(shelf, {recipe->start, test, kEstimatedImages}, quiet);
  if (!records) {
    return records.error();
  }
  costs.image = elapsed(begin) / kEstimatedImages;
  begin = Clock::now();
  const auto traces = traces_of_network(
      shelf, {recipe->start, recipe->train_data, std::min(sizes.trace_images, kCostImages), kCostProbes},
      quiet);
  if (!traces) {
    return traces.error();
  }
  costs.probe = elapsed(begin) / kCostProbes;
  costs.latency = kLatencySeconds;
  begin = Clock::now();
  const auto stand_in =
      evaluate_stand_in(places, shelf.readers(), {kStandIns[0], {"32", "32", "32"}, 1}, quiet);
  if (!stand_in) {
    return stand_in.error();
  }
  costs.stand_in_frame = elapsed(begin);
  costs.stand_in_step = kStandInStepSeconds;
  return costs;
}

}  // namespace alidade::mqat
