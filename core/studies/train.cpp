// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/train.h"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/data/procedural/tabletop.h"
#include "core/nn/compute.h"
#include "core/studies/measure.h"
#include "core/studies/run_folder.h"
#include "core/studies/train_ranker.h"
#include "core/studies/training_data.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::uint64_t kTrainPointStream = 0x706f696e74ULL;

ordered_json losses_json(const StepLosses& losses) {
  if (losses.pretraining > 0.0) {
    return {{"pretraining", losses.pretraining}};  // the others were not computed
  }
  return {{"rotation_rad", losses.rotation},
          {"translation_m", losses.translation},
          {"log_size", losses.size},
          {"score", losses.score}};
}

/// The recipe's, with what only the data can say.
Expected<TrainerOptions> trainer_options(const TrainRecipe& recipe, const Dataset& data) {
  TrainerOptions options = recipe.trainer;
  options.categories = static_cast<int>(data.categories().size());
  if (options.pretrain_objective == PretrainObjective::kClassification && options.categories < 2) {
    return input_error(data.root().string(), "",
                       "pre-training by classification needs objects of two categories at least",
                       "pre-train by regression or reconstruction");
  }
  return options;
}

/// One run: its folder, and what is trained.
struct Run {
  const TrainRecipe& recipe;
  RunFolder folder;
  PoseTrainer trainer;
  std::string dataset_name, dataset_digest;

  std::string training_json(const ordered_json& accuracy) const {
    return folder.training_json(recipe.trainer.seed, dataset_name, dataset_digest, trainer.step(), accuracy);
  }
  Expected<void> begin(bool resume);
  Expected<void> save_epoch() const;
};

Expected<void> Run::begin(bool resume) {
  return folder.begin(resume, [this](const SafeTensors& state, const std::string& file) -> Expected<int> {
    if (auto restored = trainer.restore(state, file); !restored) {
      return restored.error();
    }
    return trainer.step();
  });
}

Expected<void> Run::save_epoch() const {
  const int epoch = trainer.step() / recipe.checkpoint_every;
  const auto network = trainer.averaged();
  if (auto saved = save_checkpoint(*network, folder.checkpoint_path(epoch), training_json(nullptr)); !saved) {
    return saved;
  }
  folder.forget_checkpoint_before(epoch);
  return folder.save_state(trainer.state());
}

std::vector<const TrainingSample*> pointers(const std::vector<TrainingSample>& samples, std::size_t limit) {
  std::vector<const TrainingSample*> out;
  for (std::size_t i = 0; i < std::min(limit, samples.size()); ++i) {
    out.push_back(&samples[i]);
  }
  return out;
}

/// The accuracy of the averaged weights as they are now, without progress of its own.
Expected<ordered_json> curve_point(const Run& run, const Dataset& test, const JobContext& job) {
  const auto network = run.trainer.averaged();
  const auto point = measure_curve_point(test, *network, run.recipe.curve_frames, run.recipe.trainer.seed,
                                         JobContext{job.stop, {}});
  if (!point) {
    return point.error();
  }
  return ordered_json::parse(*point);
}

/// Whether the accuracy curve has a point at this step.
bool is_measured(const TrainRecipe& recipe, int step) {
  return recipe.curve_every > 0 && step > 0 &&
         (step % recipe.curve_every == 0 || step == recipe.trainer.total_steps());
}

/// Appends a line of the log, with the accuracy where `test` is given. A stop while that is measured is no
/// Error: the line then lacks it, and the resumed run makes up for it.
Expected<void> append_entry(Run& run, ordered_json entry, const Dataset* test, const JobContext& job) {
  if (test != nullptr) {
    auto point = curve_point(run, *test, job);
    if (!point && point.error().code != ErrorCode::kCancelled) {
      return point.error();
    }
    if (point) {
      entry["accuracy"] = std::move(*point);
    }
  }
  run.folder.append(entry);
  return {};
}

/// The measurement during which the run was stopped.
Expected<void> make_up_measurement(Run& run, const Dataset* test, const JobContext& job) {
  if (test == nullptr || !is_measured(run.recipe, run.trainer.step())) {
    return {};
  }
  ordered_json entry;
  return run.folder.take_unmeasured(run.trainer.step(), entry)
             ? append_entry(run, std::move(entry), test, job)
             : Expected<void>();
}

Expected<void> run_steps(Run& run, const std::vector<TrainingSample>& samples,
                         const std::vector<TrainingSample>& validation, const Dataset* test,
                         const JobContext& job) {
  const TrainRecipe& recipe = run.recipe;
  const int total = recipe.trainer.total_steps();
  SampleOrder order(samples.size(), recipe.trainer.seed);
  const auto validation_batch = pointers(validation, 512);
  if (auto made_up = make_up_measurement(run, test, job); !made_up) {
    return made_up;
  }
  while (run.trainer.step() < total) {
    if (job.stopped()) {
      if (auto saved = run.folder.save_state(run.trainer.state()); !saved) {
        return saved;
      }
      return Error{ErrorCode::kCancelled, "stopped at step " + std::to_string(run.trainer.step()) + " of " +
                                              std::to_string(total) + "; continue with --resume."};
    }
    const auto losses = run.trainer.train(order.batch(samples, run.trainer.step(), recipe.trainer.batch));
    if (!losses) {
      return losses.error();
    }
    const int step = run.trainer.step();
    job.report(step <= recipe.trainer.pretrain_steps ? "pre-training" : "joint training", step, total);
    const bool measured = test != nullptr && is_measured(recipe, step);
    if (measured || step % recipe.log_every == 0 || step == total) {
      ordered_json entry{{"step", step},
                         {"train", losses_json(*losses)},
                         {"learning_rate", losses->learning_rate},
                         {"gradient_norm", losses->gradient_norm}};
      if (!validation_batch.empty() && (step % recipe.checkpoint_every == 0 || step == total)) {
        entry["validation"] = losses_json(run.trainer.evaluate(validation_batch));
      }
      if (auto appended = append_entry(run, std::move(entry), measured ? test : nullptr, job); !appended) {
        return appended;
      }
    }
    if (step % recipe.checkpoint_every == 0 || step == total) {
      if (auto saved = run.save_epoch(); !saved) {
        return saved;
      }
    }
  }
  return {};
}

Expected<void> finish(Run& run, const DatasetReaders& readers, const JobContext& job) {
  auto network = run.trainer.averaged();
  ordered_json accuracy;
  if (!run.recipe.test_data.empty()) {
    const auto test = open_data(run.recipe.test_data, readers, job);
    if (!test) {
      return test.error();
    }
    const auto measured =
        measure_accuracy(**test, *network, run.recipe.test_frames, run.recipe.trainer.seed, job);
    if (!measured) {
      return measured.error();
    }
    accuracy = ordered_json::parse(*measured);
    if (auto written = write_file_atomically(run.folder.path() / "accuracy.json", accuracy.dump(2) + "\n");
        !written) {
      return written;
    }
  }
  return save_checkpoint(*network, run.folder.path() / "final.safetensors", run.training_json(accuracy));
}

}  // namespace

Expected<std::shared_ptr<const Dataset>> open_data(const fs::path& path, const DatasetReaders& readers,
                                                   const JobContext& job) {
  if (path.extension() == ".toml") {
    const auto recipe = read_tabletop_recipe(path);
    if (!recipe) {
      return recipe.error();
    }
    return make_procedural_dataset(*recipe);
  }
  return readers.open(path, job);
}

Expected<std::vector<TrainingSample>> training_samples(const TrainRecipe& recipe,
                                                       const DatasetReaders& readers, const JobContext& job) {
  const auto data = open_data(recipe.train_data, readers, job);
  if (!data) {
    return data.error();
  }
  auto samples = collect_samples(**data, recipe.train_frames, recipe.network.num_points,
                                 recipe.min_visible_fraction, recipe.trainer.seed ^ kTrainPointStream, job);
  if (samples) {
    log_info("train", std::to_string(samples->size()) + " objects from " + (*data)->name());
  }
  return samples;
}

Expected<void> train(const TrainRecipe& recipe, const TrainOptions& options, const DatasetReaders& readers,
                     const JobContext& job) {
  if (!recipe.ranker.pose_checkpoint.empty()) {
    return train_ranker(recipe, options, readers, job);
  }
  bind_compute_thread();
  const auto data = open_data(recipe.train_data, readers, job);
  if (!data) {
    return data.error();
  }
  const auto trainer = trainer_options(recipe, **data);
  if (!trainer) {
    return trainer.error();
  }
  Run run{recipe, RunFolder(options.run_folder, recipe.text), PoseTrainer(recipe.network, *trainer),
          (*data)->name(), (*data)->digest()};
  if (auto begun = run.begin(options.resume); !begun) {
    return begun;
  }
  std::vector<TrainingSample> own;
  if (options.samples == nullptr) {
    auto samples = training_samples(recipe, readers, job);
    if (!samples) {
      return samples.error();
    }
    own = std::move(*samples);
  }
  const std::vector<TrainingSample>& samples = options.samples != nullptr ? *options.samples : own;
  std::vector<TrainingSample> validation;
  if (!recipe.validation_data.empty()) {
    const auto validation_set = open_data(recipe.validation_data, readers, job);
    if (!validation_set) {
      return validation_set.error();
    }
    auto collected = collect_samples(**validation_set, recipe.validation_frames, recipe.network.num_points,
                                     recipe.min_visible_fraction, kTrainPointStream, job);
    if (!collected) {
      return collected.error();
    }
    validation = std::move(*collected);
  }
  std::shared_ptr<const Dataset> curve_data;
  if (recipe.curve_every > 0) {
    const auto opened = open_data(recipe.test_data, readers, job);
    if (!opened) {
      return opened.error();
    }
    curve_data = *opened;
  }
  if (auto done = run_steps(run, samples, validation, curve_data.get(), job); !done) {
    return done;
  }
  return finish(run, readers, job);
}

}  // namespace alidade
