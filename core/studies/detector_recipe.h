// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/nn/sparse_detector/detector_trainer.h"
#include "core/training/training_recipe.h"

namespace alidade {

/// One [[source]] of a recipe. Paths are relative to the recipe.
struct DetectorSourceRecipe {
  std::string name;             ///< empty = that of its training set
  std::filesystem::path train;  ///< a recipe of Rooms (.toml) or indoor scenes as prepared by mmdetection3d
  std::filesystem::path validation;  ///< empty = none
  std::filesystem::path test;        ///< measured once at the end; empty = none
  std::vector<std::string> classes;  ///< that the head has; empty = all of the training set
  std::vector<std::string>
      coarse;  ///< classes that the coarser level learns; with `automatic`, by their size
  bool automatic = true;
  int train_scenes = 0, validation_scenes = 0, test_scenes = 0;  ///< 0 = all
};

/// What `alidade train` reads where there is a section [detector].
struct DetectorRecipe {
  DetectorConfig network;  ///< without its sources: the data says them
  DetectorTraining training;
  std::vector<DetectorSourceRecipe> sources;
  std::vector<std::string> only;  ///< names of the sources that are trained; empty = all of them
  double coarse_from_m = 1.2;     ///< automatic levels: from this mean of the longest side a class is coarse
  std::uint64_t most_points = 40000;  ///< of a scene, drawn once; 0 = all
  int curve_every = 0;                ///< steps between measurements on the validation scenes; 0 = none
  LoopOptions loop;                   ///< its seed is also training.seed
  std::filesystem::path file;
  std::string text;
};

/// Strict: an unknown key, a wrong type or a value out of range is an Error naming file and key.
Expected<DetectorRecipe> parse_detector_recipe(const std::string& text, const std::filesystem::path& file);

}  // namespace alidade
