// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset_reader.h"
#include "core/nn/pose_trainer.h"
#include "core/studies/train_recipe.h"

namespace alidade {

struct TrainOptions {
  std::filesystem::path run_folder;
  bool resume = false;  ///< continue the run that is in the folder
  /// What training_samples gave for this recipe or one alike in network, data and seed: several runs then
  /// read it once. Null = read here.
  const std::vector<TrainingSample>* samples = nullptr;
};

/// Opens what a recipe names: a Tabletop recipe (.toml) as a procedural dataset, anything else through the
/// readers.
Expected<std::shared_ptr<const Dataset>> open_data(const std::filesystem::path& path,
                                                   const DatasetReaders& readers, const JobContext& job);

/// The objects that a recipe trains on.
Expected<std::vector<TrainingSample>> training_samples(const TrainRecipe& recipe,
                                                       const DatasetReaders& readers, const JobContext& job);

/// Two-stage training: regression (or what the recipe pre-trains on), then joint. The run folder holds
/// recipe.toml, metrics.jsonl, state.safetensors (to resume from), checkpoints/epoch-NNNN.safetensors
/// (averaged weights every checkpoint_every steps, the last three) and at the end final.safetensors and
/// accuracy.json. Stopping keeps the state of that moment; a killed run loses at most checkpoint_every steps
/// and, resumed, ends with the same bits as an uninterrupted one. A recipe with a ranker trains that instead
/// (train_ranker.h).
Expected<void> train(const TrainRecipe& recipe, const TrainOptions& options, const DatasetReaders& readers,
                     const JobContext& job);

}  // namespace alidade
