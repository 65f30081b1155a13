// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/folder_lock.h"
#include "core/io/safetensors.h"
#include "core/results/training_history.h"
#include "core/training/training_recipe.h"

namespace alidade {

/// The folder of a training run (docs/formats.md, "Training runs"): recipe.toml, run.json,
/// metrics.jsonl, state.safetensors, checkpoints/ and what the run leaves at its end.
class RunFolder {
 public:
  RunFolder(std::filesystem::path folder, std::string recipe_text, std::vector<TrainingPhase> phases,
            int threads = 1)
      : folder_(std::move(folder)),
        recipe_text_(std::move(recipe_text)),
        phases_(std::move(phases)),
        threads_(threads) {}

  const std::filesystem::path& path() const { return folder_; }

  /// Takes a saved state back, if there is one, and returns the step to go on from; the text is the file's
  /// name for messages.
  using Restore = std::function<Expected<int>(const SafeTensors* state, const std::string& file)>;
  /// Refuses a folder that cannot be begun or resumed, and keeps other writers out of it from here on. Writes
  /// nothing: the folder goes again with this object unless begin() fills it.
  Expected<void> lock(bool resume) const;
  /// Starts the folder, or goes on where the run in it was saved: `restore` gets the state, and metrics of
  /// steps that will be done again are forgotten. An Error for a run of another recipe or an earlier version.
  Expected<void> begin(bool resume, const Restore& restore) const;

  /// Appends a line to metrics.jsonl.
  Expected<void> append(const nlohmann::ordered_json& entry) const;
  /// Takes the last line of metrics.jsonl out when it is that of `step` and lacks its "accuracy": the run was
  /// stopped while that was measured.
  bool take_unmeasured(int step, nlohmann::ordered_json& entry) const;
  Expected<void> save_state(const SafeTensors& state) const;
  /// An Error when the folder is no longer there, or no longer the one that was begun.
  Expected<void> check() const;
  /// Makes the folder that the averaged weights of epochs go to.
  Expected<void> make_checkpoint_folder() const;
  /// Where the averaged weights of this epoch (from 1) go.
  std::filesystem::path checkpoint_path(int epoch) const;
  /// Removes the checkpoint that is one too many when that of `epoch` is there, of those made every `every`
  /// steps.
  void forget_checkpoints(int epoch, int every, const KeepCheckpoints& keep) const;

  /// The metadata of a checkpoint: provenance, the recipe's digest, the step and, unless null, the accuracy.
  std::string training_json(std::uint64_t seed, const std::string& dataset_name,
                            const std::string& dataset_digest, int step,
                            const nlohmann::ordered_json& accuracy) const;

 private:
  std::filesystem::path state_path() const { return folder_ / "state.safetensors"; }
  Expected<void> start() const;
  Expected<void> go_on(const Restore& restore) const;
  Expected<std::vector<nlohmann::ordered_json>> metrics_until(int step) const;
  Expected<void> write_metrics(const std::vector<nlohmann::ordered_json>& entries) const;
  Expected<void> check_same_run() const;
  Expected<void> note_threads() const;

  std::filesystem::path folder_;
  std::string recipe_text_;
  std::vector<TrainingPhase> phases_;
  int threads_;
  mutable std::optional<FolderLock> lock_;  ///< of what lies on the disk; nothing here depends on it
};

}  // namespace alidade
