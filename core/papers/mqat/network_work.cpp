// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/network_work.h"

#include <system_error>

#include "core/nn/compute.h"
#include "core/papers/mqat/begun_run.h"
#include "core/papers/mqat/network_costs.h"
#include "core/papers/mqat/network_facts.h"
#include "core/papers/mqat/network_latency.h"
#include "core/papers/mqat/network_measures.h"
#include "core/papers/mqat/network_sensitivity.h"
#include "core/papers/mqat/network_shelf.h"
#include "core/studies/keypoint_data.h"
#include "core/studies/keypoint_training.h"

namespace alidade::mqat {
namespace {

namespace fs = std::filesystem;

Expected<KeypointConfig> config_of(const KeypointRecipe& recipe) {
  if (recipe.start.empty()) {
    return recipe.network;
  }
  const auto network = open_network(recipe.start);
  return network ? Expected<KeypointConfig>((*network)->config()) : Expected<KeypointConfig>(network.error());
}

Expected<void> train_run(NetworkShelf& shelf, const fs::path& run, const std::string& text,
                         const fs::path& file, const JobContext& job) {
  bind_compute_thread();
  const bool resume = is_begun_run(run, text);
  std::error_code failure;
  if (resume && fs::exists(run / "final.safetensors", failure)) {
    return {};
  }
  const auto recipe = parse_keypoint_recipe(text, file);
  if (!recipe) {
    return recipe.error();
  }
  auto config = config_of(*recipe);
  const auto data = shelf.dataset(recipe->train_data, job);
  if (!config || !data) {
    return config ? data.error() : config.error();
  }
  const auto object = keypoint_object(**data, recipe->object);
  if (!object) {
    return object.error();
  }
  config->object = *object;
  const auto samples = shelf.samples(recipe->train_data, recipe->object, recipe->train_frames,
                                     recipe->min_visible_fraction, *config, job);
  if (!samples) {
    return samples.error();
  }
  const TrainingRequest request{file, text, [&shelf](const fs::path& path, const JobContext& inner) {
                                  return shelf.dataset(path, inner);
                                }};
  auto task = keypoint_training_task(*recipe, request, {samples->get(), nullptr}, job);
  return task ? run_training(*task, run, resume, job) : Expected<void>(task.error());
}

}  // namespace

std::shared_ptr<const StudyWork> network_work(const DatasetReaders& readers, const StandInPlaces& places) {
  const auto shelf = std::make_shared<NetworkShelf>(readers);
  auto work = std::make_shared<StudyWork>();
  work->train = [shelf](const fs::path& run, const std::string& text, const fs::path& file,
                        const StepInput& input) { return train_run(*shelf, run, text, file, input.job); };
  work->quantize = [shelf](const PostOrder& order, const StepInput& input) {
    return quantize_network(*shelf, order, input.job);
  };
  work->evaluate = [shelf](const EvaluationOrder& order, const StepInput& input) {
    return evaluate_network(*shelf, order, input.job);
  };
  work->levels = [shelf](const EvaluationOrder& order, const StepInput& input) {
    return evaluate_levels(*shelf, order, input.job);
  };
  work->votes = [shelf](const EvaluationOrder& order, const StepInput& input) {
    return spread_of_votes(*shelf, order, input.job);
  };
  work->facts = [](const fs::path& checkpoint, const StepInput& input) {
    return facts_of_network(checkpoint, input.job);
  };
  work->traces = [shelf](const TraceOrder& order, const StepInput& input) {
    return traces_of_network(*shelf, order, input.job);
  };
  work->sensitivity = [shelf](const SensitivityOrder& order, const StepInput& input) {
    return sensitivity_of_network(*shelf, order, input.job);
  };
  work->latency = [shelf](const LatencyOrder& order, const StepInput& input) {
    return latency_of_network(*shelf, order, input.job);
  };
  work->stand_in = [shelf, places](const StandInOrder& order, const StepInput& input) {
    return evaluate_stand_in(places, shelf->readers(), order, input.job);
  };
  work->costs = [shelf, places](const std::string& text, const fs::path& file, const StudySizes& sizes,
                                const fs::path& test, const JobContext& job) {
    return measure_study_costs(*shelf, places, text, file, sizes, test, job);
  };
  return work;
}

}  // namespace alidade::mqat
