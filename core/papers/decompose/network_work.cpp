// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/network_work.h"

#include <numeric>
#include <system_error>

#include "core/base/strict_toml.h"
#include "core/experiments/begun_run.h"
#include "core/nn/compute.h"
#include "core/nn/decompose/decompose_network.h"
#include "core/papers/decompose/network_costs.h"
#include "core/papers/decompose/network_shelf.h"
#include "core/studies/contention.h"
#include "core/studies/contention_effects.h"
#include "core/studies/decompose_training.h"
#include "core/studies/infer.h"
#include "core/studies/train.h"

namespace alidade::decompose {
namespace {

namespace fs = std::filesystem;

Expected<void> train_network(NetworkShelf& shelf, const fs::path& run, const std::string& text,
                             const fs::path& file, bool resume, const JobContext& job) {
  const auto recipe = parse_decompose_recipe(text, file);
  if (!recipe) {
    return recipe.error();
  }
  const auto samples = shelf.samples(*recipe, job);
  if (!samples) {
    return samples.error();
  }
  const auto encoder = shelf.encoder(*recipe);
  if (!encoder) {
    return encoder.error();
  }
  const TrainingRequest request{file, text, [&shelf](const fs::path& path, const JobContext& inner) {
                                  return shelf.dataset(path, inner);
                                }};
  auto task = decompose_training_task(*recipe, request, {samples->get(), *encoder}, job);
  return task ? run_training(*task, run, resume, job) : Expected<void>(task.error());
}

Expected<void> train_run(NetworkShelf& shelf, const fs::path& run, const std::string& text,
                         const fs::path& file, const JobContext& job) {
  bind_compute_thread();
  const bool resume = is_begun_run(run, text);
  std::error_code failure;
  if (resume && fs::exists(run / "final.safetensors", failure)) {
    return {};
  }
  if (toml_names(text).contains("decompose")) {
    return train_network(shelf, run, text, file, resume, job);
  }
  const auto recipe = parse_train_recipe(text, file);
  return recipe ? train(*recipe, TrainOptions{run, resume}, shelf.readers(), job)
                : Expected<void>(recipe.error());
}

InferOptions options_of(Estimates estimator) {
  InferOptions options;
  options.sampler = default_sampler();
  if (estimator == Estimates::kRegression) {
    options.aggregation = Aggregation::kRegression;
  }
  return options;
}

Expected<Accuracy> evaluate_run(NetworkShelf& shelf, const EvaluationOrder& order, const JobContext& job) {
  bind_compute_thread();
  const auto data = shelf.dataset(order.data, job);
  if (!data) {
    return data.error();
  }
  const auto estimator = open_estimator(order.checkpoint, options_of(order.estimator));
  if (!estimator) {
    return estimator.error();
  }
  std::vector<std::size_t> frames(std::min<std::size_t>(order.frames, (*data)->num_frames()));
  std::iota(frames.begin(), frames.end(), std::size_t{0});
  const auto result = infer_poses(**data, **estimator, frames, job);
  return result ? Expected<Accuracy>(accuracy_of(**result)) : Expected<Accuracy>(result.error());
}

ContentionOptions contention_options(const ContentionOrder& order) {
  ContentionOptions options;
  options.subset.batches = order.batches;
  options.subset.batch_size = order.batch;
  return options;
}

Expected<std::shared_ptr<const ContentionHistory>> measure_run(NetworkShelf& shelf,
                                                               const ContentionOrder& order,
                                                               const JobContext& job) {
  const auto data = shelf.dataset(order.data, job);
  if (!data) {
    return data.error();
  }
  auto series = checkpoint_series({order.run});
  if (!series) {
    return series.error();
  }
  const auto most = static_cast<std::size_t>(order.checkpoints);
  if (series->size() > most) {
    series->erase(series->begin(), series->end() - order.checkpoints);
  }
  return measure_contention(*series, {*data}, contention_options(order), job);
}

Expected<ContentionEffect> effect_of_run(NetworkShelf& shelf, const ContentionOrder& order,
                                         const JobContext& job) {
  bind_compute_thread();
  const auto data = shelf.dataset(order.data, job);
  if (!data) {
    return data.error();
  }
  const auto file = read_checkpoint(order.run / "final.safetensors", DecomposeNetwork::kArchitecture);
  if (!file) {
    return file.error();
  }
  const auto network = DecomposeNetwork::open(*file);
  if (!network) {
    return network.error();
  }
  const auto subset = diagnostic_subset(**network, {*data}, contention_options(order).subset, job);
  return subset ? measure_effect(**network, *subset, {}, job) : Expected<ContentionEffect>(subset.error());
}

Expected<std::int64_t> count_parameters(NetworkShelf& shelf, const std::string& text, const fs::path& file,
                                        const std::vector<std::string>& categories) {
  const auto recipe = parse_decompose_recipe(text, file);
  if (!recipe) {
    return recipe.error();
  }
  const auto encoder = shelf.encoder(*recipe);
  if (!encoder) {
    return encoder.error();
  }
  const auto config = config_of(*recipe, categories, encoder->get());
  return config ? Expected<std::int64_t>(DecomposeNetwork::create(*config, 0, *encoder)->num_parameters())
                : Expected<std::int64_t>(config.error());
}

/// The joint network of the score-scaling paper, whose samples and regression head are two references.
std::string diffusion_text(const StudySizes& sizes, const fs::path& data) {
  const std::string network = sizes.network == "tiny" ? "tiny" : "small";
  return "[network]\nconfig = \"" + network + "\"\n\n[data]\ntrain = \"" + data.string() +
         "\"\ntrain_frames = " + std::to_string(sizes.train_frames) +
         "\n\n[training]\nseed = 1\nbatch = 32\nnoise_draws = 16\npretrain_steps = " +
         std::to_string(sizes.reference_steps / 4) +
         "\njoint_steps = " + std::to_string(sizes.reference_steps - sizes.reference_steps / 4) + "\n";
}

}  // namespace

std::shared_ptr<const StudyWork> network_work(const DatasetReaders& readers) {
  const auto shelf = std::make_shared<NetworkShelf>(readers);
  auto work = std::make_shared<StudyWork>();
  work->train = [shelf](const fs::path& run, const std::string& text, const fs::path& file,
                        const StepInput& input) { return train_run(*shelf, run, text, file, input.job); };
  work->evaluate = [shelf](const EvaluationOrder& order, const StepInput& input) {
    return evaluate_run(*shelf, order, input.job);
  };
  work->contention = [shelf](const ContentionOrder& order, const StepInput& input) {
    return measure_run(*shelf, order, input.job);
  };
  work->effects = [shelf](const ContentionOrder& order, const StepInput& input) {
    return effect_of_run(*shelf, order, input.job);
  };
  work->parameters = [shelf](const std::string& text, const fs::path& file,
                             const std::vector<std::string>& categories) {
    return count_parameters(*shelf, text, file, categories);
  };
  work->reference_text = diffusion_text;
  work->costs = [shelf](const std::string& text, const fs::path& file, const StudySizes& sizes,
                        const fs::path& test, const JobContext& job) {
    return measure_study_costs(*shelf, text, file, sizes, test, job);
  };
  return work;
}

}  // namespace alidade::decompose
