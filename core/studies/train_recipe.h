// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/nn/pose_diffusion/pose_network_config.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/results/training_history.h"
#include "core/studies/quantization_recipe.h"
#include "core/training/training_recipe.h"

namespace alidade {

/// Training of a ranker in place of a pose network.
struct RankerRecipe {
  std::filesystem::path pose_checkpoint;  ///< whose hypotheses are ranked; empty = a pose network is trained
  int steps = 3000;
  int candidates = 8;  ///< hypotheses per object and step
  double rank_weight = 1.0;
};

/// What `alidade train` reads: resources/recipes/training/*.toml. Paths in it are relative to the recipe.
struct TrainRecipe {
  PoseNetworkConfig network;
  TrainerOptions trainer;
  QuantizationRecipe quantization;  ///< of weights
  RankerRecipe ranker;
  std::filesystem::path train_data;       ///< a Tabletop recipe (.toml) or the folder of a dataset
  int train_frames = 0;                   ///< 0 = all
  std::filesystem::path validation_data;  ///< empty = no validation
  int validation_frames = 0;
  std::filesystem::path test_data;  ///< measured once at the end; empty = not measured
  int test_frames = 0;
  int curve_every = 0;                 ///< steps between measurements on the test data; 0 = none
  int curve_frames = 60;               ///< frames of each measurement
  double min_visible_fraction = 0.15;  ///< training objects seen less than this are left out
  LoopOptions loop;                    ///< its seed is also trainer.seed
  std::filesystem::path file;          ///< for messages
  std::string text;                    ///< the file as it was read; copied into the run folder
};

/// Strict: an unknown key, a wrong type or a value out of range is an Error naming file and key.
Expected<TrainRecipe> read_train_recipe(const std::filesystem::path& path);
/// The same for a text; `file` stands in messages, paths are relative to its folder.
Expected<TrainRecipe> parse_train_recipe(const std::string& text, const std::filesystem::path& file);

/// The phases of a pose network as the log knows them.
std::vector<TrainingPhase> training_phases(const std::vector<PosePhase>& phases);

}  // namespace alidade
