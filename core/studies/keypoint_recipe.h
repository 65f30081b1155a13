// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/base/expected.h"
#include "core/nn/keypoint/keypoint_trainer.h"
#include "core/studies/quantization_recipe.h"
#include "core/training/training_recipe.h"

namespace alidade {

/// What `alidade train` reads where there is a section [keypoint]. Paths are relative to the recipe.
struct KeypointRecipe {
  KeypointConfig network;       ///< without its object: the data says it; unused with `start`
  std::filesystem::path start;  ///< a keypoint network whose weights are trained on; empty = fresh ones
  bool norm = true;             ///< false: norms of `start` are folded, a fresh network has none
  KeypointTraining training;
  QuantizationRecipe quantization;   ///< its norm decides over `norm` and the training's live_norm_share
  int object = -1;                   ///< id of the object that is learned; -1 = the only one of the data
  std::filesystem::path train_data;  ///< a procedural recipe (.toml) or the folder of a dataset
  int train_frames = 0;              ///< 0 = all
  std::filesystem::path validation_data;
  int validation_frames = 0;
  std::filesystem::path test_data;  ///< measured once at the end; empty = not measured
  int test_frames = 0;
  int curve_every = 0;  ///< steps between measurements on the validation data; 0 = none
  int curve_frames = 200;
  double min_visible_fraction = 0.15;
  LoopOptions loop;  ///< its seed is also training.seed
  std::filesystem::path file;
  std::string text;
};

/// Strict: an unknown key, a wrong type or a value out of range is an Error naming file and key.
Expected<KeypointRecipe> parse_keypoint_recipe(const std::string& text, const std::filesystem::path& file);

}  // namespace alidade
