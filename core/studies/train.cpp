// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/train.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <numeric>
#include <sstream>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/provenance.h"
#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/data/procedural/tabletop.h"
#include "core/studies/measure.h"
#include "core/studies/training_data.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::uint64_t kOrderStream = 0x6f72646572ULL;
constexpr std::uint64_t kPointStream = 0x706f696e74ULL;

/// The order of the training set: a new permutation in every pass over it.
class SampleOrder {
 public:
  SampleOrder(std::size_t count, std::uint64_t seed) : seed_(seed), order_(count) {}

  std::size_t at(std::uint64_t position) {
    const std::uint64_t pass = position / order_.size();
    if (pass != pass_) {
      pass_ = pass;
      std::iota(order_.begin(), order_.end(), std::size_t{0});
      Random random(mix_seed(seed_ ^ kOrderStream, pass));
      for (std::size_t i = order_.size(); i > 1; --i) {
        std::swap(order_[i - 1], order_[random.index(static_cast<std::uint32_t>(i))]);
      }
    }
    return order_[position % order_.size()];
  }

 private:
  std::uint64_t seed_;
  std::uint64_t pass_ = ~std::uint64_t{0};
  std::vector<std::size_t> order_;
};

/// metrics.jsonl: one JSON object a line, appended as the run goes.
class MetricsLog {
 public:
  explicit MetricsLog(fs::path path) : path_(std::move(path)) {}

  /// Forgets the lines of steps that will be done again.
  Expected<void> keep_until(int step) {
    std::ifstream in(path_);
    std::string kept;
    for (std::string line; std::getline(in, line);) {
      const auto json = ordered_json::parse(line, nullptr, false);
      if (json.is_object() && json.value("step", step + 1) <= step) {
        kept += line + "\n";
      }
    }
    return write_file_atomically(path_, kept);
  }

  void append(const ordered_json& entry) {
    std::ofstream out(path_, std::ios::app);
    out << entry.dump() << std::endl;
  }

 private:
  fs::path path_;
};

ordered_json losses_json(const StepLosses& losses) {
  return {{"rotation_rad", losses.rotation},
          {"translation_m", losses.translation},
          {"log_size", losses.size},
          {"score", losses.score}};
}

/// The folder of one run and all that is written into it.
struct Run {
  const TrainRecipe& recipe;
  fs::path folder;
  PoseTrainer trainer;
  MetricsLog metrics;
  std::string dataset_name, dataset_digest;

  fs::path state_path() const { return folder / "state.safetensors"; }
  std::string training_json(const ordered_json& accuracy) const;
  Expected<void> begin(bool resume);
  Expected<void> save_state() const { return write_safetensors(state_path(), trainer.state()); }
  Expected<void> save_epoch() const;
};

std::string Run::training_json(const ordered_json& accuracy) const {
  Provenance provenance = current_provenance();
  provenance.seed = recipe.trainer.seed;
  provenance.recipe = ordered_json(recipe.text).dump();
  provenance.dataset = dataset_name;
  provenance.dataset_sha256 = dataset_digest;
  ordered_json json;
  json["provenance"] = ordered_json::parse(to_json(provenance));
  json["recipe_sha256"] = sha256_hex(recipe.text);
  json["steps"] = trainer.step();
  if (!accuracy.is_null()) {
    json["accuracy"] = accuracy;
  }
  return json.dump();
}

/// Removes what a kill in the middle of a write left beside the files of a run ("state.safetensors.XXXXXX").
void remove_leftovers(const fs::path& folder) {
  std::error_code failure;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder, failure); !failure && at != fs::directory_iterator();
       at.increment(failure)) {
    const std::string extension = at->path().stem().extension().string();
    if (extension == ".safetensors" || extension == ".json" || extension == ".jsonl" ||
        extension == ".toml") {
      found.push_back(at->path());
    }
  }
  for (const auto& path : found) {
    fs::remove(path, failure);
  }
}

Expected<void> Run::begin(bool resume) {
  std::error_code failure;
  const bool exists = fs::exists(folder / "recipe.toml", failure);
  if (exists && !resume) {
    return Error{ErrorCode::kUsage,
                 folder.string() +
                     ": there is a training run already; continue it with --resume or name another folder."};
  }
  if (!exists) {
    if (resume) {
      return input_error(folder.string(), "recipe.toml", "there is no run to resume",
                         "start it without --resume");
    }
    return write_file_atomically(folder / "recipe.toml", recipe.text);
  }
  const auto text = read_file(folder / "recipe.toml", 1 << 20);
  if (!text || *text != recipe.text) {
    return input_error((folder / "recipe.toml").string(), "", "the run was started with another recipe",
                       "resume with that one or start a new folder");
  }
  if (fs::exists(state_path(), failure)) {
    const auto state = read_safetensors(state_path());
    if (!state) {
      return state.error();
    }
    if (auto restored = trainer.restore(*state, state_path().string()); !restored) {
      return restored;
    }
  }
  remove_leftovers(folder);
  remove_leftovers(folder / "checkpoints");
  return metrics.keep_until(trainer.step());
}

Expected<void> Run::save_epoch() const {
  constexpr int kKeptCheckpoints = 3;
  const auto name = [](int epoch) {
    std::string digits = std::to_string(epoch);
    return "epoch-" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits + ".safetensors";
  };
  const int epoch = trainer.step() / recipe.checkpoint_every;
  const auto network = trainer.averaged();
  if (auto saved = save_checkpoint(*network, folder / "checkpoints" / name(epoch), training_json(nullptr));
      !saved) {
    return saved;
  }
  std::error_code ignored;
  fs::remove(folder / "checkpoints" / name(epoch - kKeptCheckpoints), ignored);
  return save_state();
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

Expected<void> run_steps(Run& run, const std::vector<TrainingSample>& samples,
                         const std::vector<TrainingSample>& validation, const Dataset* test,
                         const JobContext& job) {
  const TrainRecipe& recipe = run.recipe;
  const int total = recipe.trainer.total_steps();
  SampleOrder order(samples.size(), recipe.trainer.seed);
  const auto validation_batch = pointers(validation, 512);
  while (run.trainer.step() < total) {
    if (job.stopped()) {
      if (auto saved = run.save_state(); !saved) {
        return saved;
      }
      return Error{ErrorCode::kCancelled, "stopped at step " + std::to_string(run.trainer.step()) + " of " +
                                              std::to_string(total) + "; continue with --resume."};
    }
    std::vector<const TrainingSample*> batch(recipe.trainer.batch);
    for (int i = 0; i < recipe.trainer.batch; ++i) {
      batch[i] =
          &samples[order.at(static_cast<std::uint64_t>(run.trainer.step()) * recipe.trainer.batch + i)];
    }
    const auto losses = run.trainer.train(batch);
    if (!losses) {
      return losses.error();
    }
    const int step = run.trainer.step();
    job.report(step <= recipe.trainer.pretrain_steps ? "pre-training" : "joint training", step, total);
    const bool measured = test && (step % recipe.curve_every == 0 || step == total);
    if (measured || step % recipe.log_every == 0 || step == total) {
      ordered_json entry{{"step", step},
                         {"train", losses_json(*losses)},
                         {"learning_rate", losses->learning_rate},
                         {"gradient_norm", losses->gradient_norm}};
      if (!validation_batch.empty() && (step % recipe.checkpoint_every == 0 || step == total)) {
        entry["validation"] = losses_json(run.trainer.evaluate(validation_batch));
      }
      if (measured) {
        auto point = curve_point(run, *test, job);
        if (!point && point.error().code != ErrorCode::kCancelled) {
          return point.error();
        }
        if (point) {
          entry["accuracy"] = std::move(*point);
        }
      }
      run.metrics.append(entry);
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
    if (auto written = write_file_atomically(run.folder / "accuracy.json", accuracy.dump(2) + "\n");
        !written) {
      return written;
    }
  }
  return save_checkpoint(*network, run.folder / "final.safetensors", run.training_json(accuracy));
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
                                 recipe.min_visible_fraction, recipe.trainer.seed ^ kPointStream, job);
  if (samples) {
    log_info("train", std::to_string(samples->size()) + " objects from " + (*data)->name());
  }
  return samples;
}

Expected<void> train(const TrainRecipe& recipe, const TrainOptions& options, const DatasetReaders& readers,
                     const JobContext& job) {
  bind_compute_thread();
  const auto data = open_data(recipe.train_data, readers, job);
  if (!data) {
    return data.error();
  }
  Run run{recipe,
          options.run_folder,
          PoseTrainer(recipe.network, recipe.trainer),
          MetricsLog(options.run_folder / "metrics.jsonl"),
          (*data)->name(),
          (*data)->digest()};
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
                                     recipe.min_visible_fraction, kPointStream, job);
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
