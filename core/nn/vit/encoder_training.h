// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/nn/vit/encoder_trainer.h"
#include "core/nn/vit/vision_transformer_config.h"
#include "core/training/training_recipe.h"
#include "core/training/training_task.h"

namespace alidade {

/// What a recipe with [encoder] says: resources/recipes/training/encoder-small.toml.
struct EncoderRecipe {
  VisionTransformerConfig encoder;
  EncoderTrainerOptions trainer;          ///< seed and categories are filled from elsewhere
  std::filesystem::path train_data;       ///< a Tabletop recipe (.toml) or the folder of a dataset
  int train_frames = 0;                   ///< 0 = all
  std::filesystem::path validation_data;  ///< empty = no validation
  int validation_frames = 0;
  double min_visible_fraction = 0.3;  ///< objects seen less than this are left out
  LoopOptions loop;
};

/// Strict: an unknown key, a wrong type or a value out of range is an Error naming file and key. `file`
/// stands in messages, paths are relative to its folder.
Expected<EncoderRecipe> parse_encoder_recipe(const std::string& text, const std::filesystem::path& file);

/// The objects of the first `frames` frames (0 = all) that have color, mask and NOCS and are seen enough, in
/// the order of frames and instances. kInput when there is none.
Expected<std::vector<EncoderSample>> collect_encoder_samples(const Dataset& dataset, int frames,
                                                             const EncoderRecipe& recipe,
                                                             const JobContext& job);

/// Training of an image encoder; checkpoints are what ImageEncoder::load takes. With validation data the
/// lines at checkpoints have both losses on it.
Expected<TrainingTask> encoder_training_task(const TrainingRequest& request, const JobContext& job);

}  // namespace alidade
