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
#include "core/io/safetensors.h"
#include "core/nn/pose_trainer.h"

namespace alidade {

/// The order of a training set: a new permutation in every pass over it.
class SampleOrder {
 public:
  SampleOrder(std::size_t count, std::uint64_t seed) : seed_(seed), order_(count) {}

  /// The batch of a step; a pure function of (seed, step). There must be samples.
  std::vector<const TrainingSample*> batch(const std::vector<TrainingSample>& samples, int step, int size);

 private:
  std::size_t at(std::uint64_t position);

  std::uint64_t seed_;
  std::uint64_t pass_ = ~std::uint64_t{0};
  std::vector<std::size_t> order_;
};

/// The folder of a training run (docs/formats.md, "Training runs"): recipe.toml, metrics.jsonl,
/// state.safetensors, checkpoints/ and what the run leaves at its end.
class RunFolder {
 public:
  RunFolder(std::filesystem::path folder, std::string recipe_text)
      : folder_(std::move(folder)), recipe_text_(std::move(recipe_text)) {}

  const std::filesystem::path& path() const { return folder_; }

  /// Takes a saved state back and returns its step; the text is the file's name for messages.
  using Restore = std::function<Expected<int>(const SafeTensors& state, const std::string& file)>;
  /// Starts the folder, or goes on where the run in it was saved: `restore` gets the state, and metrics of
  /// steps that will be done again are forgotten.
  Expected<void> begin(bool resume, const Restore& restore) const;

  /// Appends a line to metrics.jsonl.
  void append(const nlohmann::ordered_json& entry) const;
  /// Takes the last line of metrics.jsonl out when it is of this step and has no "accuracy": the run was
  /// stopped while that was measured.
  std::optional<nlohmann::ordered_json> take_unmeasured(int step) const;
  /// Takes the last line of metrics.jsonl out when it is that of `step` and lacks its "accuracy": the run was
  /// stopped while that was measured.
  bool take_unmeasured(int step, nlohmann::ordered_json& entry) const;
  Expected<void> save_state(const SafeTensors& state) const;
  /// Where the averaged weights of this epoch (from 1) go.
  std::filesystem::path checkpoint_path(int epoch) const;
  /// Removes the checkpoint that is one too many.
  void forget_checkpoint_before(int epoch) const;

  /// The metadata of a checkpoint: provenance, the recipe's digest, the step and, unless null, the accuracy.
  std::string training_json(std::uint64_t seed, const std::string& dataset_name,
                            const std::string& dataset_digest, int step,
                            const nlohmann::ordered_json& accuracy) const;

 private:
  std::filesystem::path state_path() const { return folder_ / "state.safetensors"; }
  std::vector<nlohmann::ordered_json> metrics_until(int step) const;
  Expected<void> write_metrics(const std::vector<nlohmann::ordered_json>& entries) const;

  std::filesystem::path folder_;
  std::string recipe_text_;
};

}  // namespace alidade
