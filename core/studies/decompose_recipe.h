// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/nn/decompose/decompose_trainer.h"
#include "core/studies/quantization_recipe.h"
#include "core/training/training_recipe.h"

namespace alidade {

/// A group of categories and the capacity of its branch.
struct DecomposeGroup {
  std::vector<std::string> categories;
  BranchCapacity capacity = BranchCapacity::kHigh;
};

/// What `alidade train` reads where there is a section [decompose]. Paths are relative to the recipe.
struct DecomposeRecipe {
  DecomposeConfig network;             ///< without categories: the data says them
  std::filesystem::path encoder;       ///< of images; empty unless network.color is kEncoder
  std::uint64_t encoder_seed = 0;      ///< of random weights
  std::vector<DecomposeGroup> groups;  ///< easiest first; empty = one, of all categories
  DecomposeTraining training;
  QuantizationRecipe quantization;            ///< of weights
  std::filesystem::path train_data;           ///< a Tabletop recipe (.toml) or the folder of a dataset
  int train_frames = 0;                       ///< 0 = all
  std::vector<std::string> train_categories;  ///< whose objects are trained on; empty = all
  std::filesystem::path validation_data;
  int validation_frames = 0;
  std::filesystem::path test_data;  ///< measured once at the end; empty = not measured
  int test_frames = 0;
  int curve_every = 0;  ///< steps between measurements on the test data; 0 = none
  int curve_frames = 60;
  double min_visible_fraction = 0.15;
  LoopOptions loop;  ///< its seed is also training.seed
  std::filesystem::path file;
  std::string text;
};

/// Strict: an unknown key, a wrong type or a value out of range is an Error naming file and key.
Expected<DecomposeRecipe> parse_decompose_recipe(const std::string& text, const std::filesystem::path& file);

/// The network's configuration for a dataset with these categories. An Error (kInput) for one that has no
/// group or that the data does not have, among those to train on too.
Expected<DecomposeConfig> routed_config(const DecomposeRecipe& recipe,
                                        const std::vector<std::string>& categories);

}  // namespace alidade
