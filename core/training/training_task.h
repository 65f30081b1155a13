// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/data/point_scene.h"
#include "core/results/training_history.h"
#include "core/training/trainer.h"
#include "core/training/training_recipe.h"

namespace alidade {

/// One training: all that the loop must know of it.
struct TrainingTask {
  std::filesystem::path recipe_file;  ///< for messages
  std::string recipe;                 ///< its text; copied into the run folder
  LoopOptions loop;
  std::vector<TrainingPhase> phases;  ///< one after the other; data, the loop treats all alike
  std::string dataset, dataset_sha256;
  std::unique_ptr<Trainer> trainer;
  int threads = 1;  ///< of network arithmetic; last bits depend on them
  std::string
      folder_suffix{};  ///< of one of several processes: its run folder is the given one with "-rank1"
  /// Brings several processes to one state before the first step; empty = there is one process.
  std::function<Expected<void>()> align{};
};

/// What a task is made of.
struct TrainingRequest {
  std::filesystem::path recipe_file;
  std::string recipe;  ///< its text
  /// Opens what a recipe names as data.
  std::function<Expected<std::shared_ptr<const Dataset>>(const std::filesystem::path&, const JobContext&)>
      open;
  /// The same of indoor scenes.
  std::function<Expected<std::shared_ptr<const PointSceneSet>>(const std::filesystem::path&,
                                                               const JobContext&)>
      open_scenes{};
};

/// A kind of training: one line in core/studies/training_tasks.cpp.
struct TrainingKind {
  const char* section;  ///< of the recipe; the recipe that has it asks for this kind
  /// Reads the recipe, strictly, and makes the trainer; its data only in Trainer::prepare.
  Expected<TrainingTask> (*make)(const TrainingRequest& request, const JobContext& job);
};

/// Runs a task in its folder, from the beginning or, with `resume`, from where the run in it was saved. The
/// folder holds what docs/formats.md says ("Training runs"). Stopping keeps the state of that moment; a
/// killed run loses at most checkpoint_every steps.
Expected<void> run_training(TrainingTask& task, const std::filesystem::path& folder, bool resume,
                            const JobContext& job);

}  // namespace alidade
