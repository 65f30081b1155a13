// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/train_ranker.h"

#include <nlohmann/json.hpp>

#include "core/base/log.h"
#include "core/nn/compute.h"
#include "core/nn/energy_trainer.h"
#include "core/studies/ranking_accuracy.h"
#include "core/studies/run_folder.h"
#include "core/studies/training_data.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kRankerPointStream = 0x706f696e74ULL;

EnergyTrainerOptions options_of(const TrainRecipe& recipe) {
  EnergyTrainerOptions options;
  options.common = recipe.trainer;
  options.common.pretrain_steps = 0;
  options.common.joint_steps = recipe.ranker.steps;
  options.candidates = recipe.ranker.candidates;
  options.rank_weight = recipe.ranker.rank_weight;
  return options;
}

ordered_json metrics_of(int step, const EnergyLosses& losses) {
  return {{"step", step},
          {"train",
           {{"score", losses.score},
            {"rank_rotation", losses.rank_rotation},
            {"rank_translation", losses.rank_translation}}},
          {"learning_rate", losses.learning_rate},
          {"gradient_norm", losses.gradient_norm}};
}

struct RankerRun {
  const TrainRecipe& recipe;
  const Dataset& data;
  RunFolder folder;
  EnergyTrainer trainer;
  std::vector<RankingSubject> validation{};

  bool is_measured() const {
    const int step = trainer.step();
    return !validation.empty() && step > 0 &&
           (step % recipe.checkpoint_every == 0 || step == recipe.ranker.steps);
  }

  /// Appends a line of the log, with the accuracy of ranking where it is due. A stop while that is measured
  /// is no Error: the line then lacks it, and the resumed run makes up for it.
  Expected<void> append(ordered_json entry, const JobContext& job) const {
    if (is_measured()) {
      const auto network = trainer.averaged();
      const auto measured = measure_ranking(validation, *network, JobContext{job.stop, {}});
      if (!measured && measured.error().code != ErrorCode::kCancelled) {
        return measured.error();
      }
      if (measured) {
        entry.update(*measured);
      }
    }
    folder.append(entry);
    return {};
  }

  /// The measurement during which the run was stopped.
  Expected<void> make_up_measurement(const JobContext& job) const {
    ordered_json entry;
    return is_measured() && folder.take_unmeasured(trainer.step(), entry) ? append(std::move(entry), job)
                                                                          : Expected<void>();
  }

  Expected<void> save(const std::filesystem::path& path) const {
    const auto network = trainer.averaged();
    return save_energy_checkpoint(
        *network, path,
        folder.training_json(recipe.trainer.seed, data.name(), data.digest(), trainer.step(), nullptr));
  }

  Expected<void> save_epoch() const {
    const int epoch = trainer.step() / recipe.checkpoint_every;
    if (auto saved = save(folder.checkpoint_path(epoch)); !saved) {
      return saved;
    }
    folder.forget_checkpoint_before(epoch);
    return folder.save_state(trainer.state());
  }
};

Expected<void> run_steps(RankerRun& run, const std::vector<TrainingSample>& samples, const JobContext& job) {
  const TrainRecipe& recipe = run.recipe;
  const int total = recipe.ranker.steps;
  SampleOrder order(samples.size(), recipe.trainer.seed);
  if (auto made_up = run.make_up_measurement(job); !made_up) {
    return made_up;
  }
  while (true) {
    if (job.stopped()) {
      if (auto saved = run.folder.save_state(run.trainer.state()); !saved) {
        return saved;
      }
      return Error{ErrorCode::kCancelled, "stopped at step " + std::to_string(run.trainer.step()) + " of " +
                                              std::to_string(total) + "; continue with --resume."};
    }
    if (run.trainer.step() >= total) {
      break;
    }
    const auto losses = run.trainer.train(order.batch(samples, run.trainer.step(), recipe.trainer.batch));
    if (!losses) {
      return losses.error();
    }
    const int step = run.trainer.step();
    job.report("training the ranker", step, total);
    if (run.is_measured() || step % recipe.log_every == 0 || step == total) {
      if (auto appended = run.append(metrics_of(step, *losses), job); !appended) {
        return appended;
      }
    }
    if (step % recipe.checkpoint_every == 0 || step == total) {
      if (auto saved = run.save_epoch(); !saved) {
        return saved;
      }
    }
  }
  return run.save(run.folder.path() / "final.safetensors");
}

}  // namespace

Expected<void> train_ranker(const TrainRecipe& recipe, const TrainOptions& options,
                            const DatasetReaders& readers, const JobContext& job) {
  bind_compute_thread();
  const auto pose_network = PoseNetwork::load(recipe.ranker.pose_checkpoint);
  if (!pose_network) {
    return pose_network.error();
  }
  const auto data = open_data(recipe.train_data, readers, job);
  if (!data) {
    return data.error();
  }
  RankerRun run{recipe, **data, RunFolder(options.run_folder, recipe.text),
                EnergyTrainer(**pose_network, options_of(recipe))};
  if (!recipe.validation_data.empty()) {
    const auto set = open_data(recipe.validation_data, readers, job);
    if (!set) {
      return set.error();
    }
    auto subjects =
        ranking_subjects(**set, recipe.validation_frames, **pose_network, recipe.trainer.seed, job);
    if (!subjects) {
      return subjects.error();
    }
    run.validation = std::move(*subjects);
  }
  const auto restore = [&run](const SafeTensors& state, const std::string& file) -> Expected<int> {
    if (auto restored = run.trainer.restore(state, file); !restored) {
      return restored.error();
    }
    return run.trainer.step();
  };
  if (auto begun = run.folder.begin(options.resume, restore); !begun) {
    return begun;
  }
  const auto samples =
      collect_samples(**data, recipe.train_frames, (*pose_network)->config().num_points,
                      recipe.min_visible_fraction, recipe.trainer.seed ^ kRankerPointStream, job);
  if (!samples) {
    return samples.error();
  }
  if (samples->empty()) {
    return input_error(recipe.train_data.string(), "", "no object can be learned from",
                       "use data with depth and masks or lower min_visible_fraction");
  }
  log_info("train", std::to_string(samples->size()) + " objects from " + (*data)->name());
  return run_steps(run, *samples, job);
}

}  // namespace alidade
