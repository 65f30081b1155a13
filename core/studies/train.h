// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset_reader.h"
#include "core/data/point_scene_reader.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/studies/train_recipe.h"
#include "core/studies/training_data.h"

namespace alidade {

struct TrainOptions {
  std::filesystem::path run_folder;
  bool resume = false;                               ///< continue the run that is in the folder
  BatchSource source{};                              ///< of a training whose recipe has been read
  GradientHook* gradient_hook = nullptr;             ///< sees every step; null = nobody does
  const PointSceneReaders* scene_readers = nullptr;  ///< of indoor scenes; null = recipes of Rooms alone
};

/// The objects that a recipe trains on.
Expected<std::vector<TrainingSample>> training_samples(const TrainRecipe& recipe,
                                                       const DatasetReaders& readers, const JobContext& job);

/// Trains what the recipe file asks for (training_tasks.h) in the run folder (core/training/training_task.h).
/// A run that was stopped or killed and is resumed ends with the same bits as an uninterrupted one.
Expected<void> train(const std::filesystem::path& recipe_file, const TrainOptions& options,
                     const DatasetReaders& readers, const JobContext& job);
/// The same for a recipe of a pose network or its ranker that has been read.
Expected<void> train(const TrainRecipe& recipe, const TrainOptions& options, const DatasetReaders& readers,
                     const JobContext& job);

}  // namespace alidade
