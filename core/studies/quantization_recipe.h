// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/strict_toml.h"
#include "core/nn/model.h"
#include "core/nn/quantization/training_quantization.h"
#include "core/quant/module_quantization.h"
#include "core/quant/packed_file.h"

namespace alidade {

/// What batch norm does while a quantized network is trained.
enum class TrainingNorm { kLive, kFrozen, kFolded };

/// Section [quantization] of a training recipe.
struct QuantizationRecipe {
  bool present = false;
  /// Nothing: float32 weights, trained on for as many steps as the quantized ones that they are compared
  /// with.
  std::optional<TrainingQuantizer> quantizer = TrainingQuantizer::kLsq;
  TrainingNorm norm = TrainingNorm::kFrozen;
  /// Cumulative. Names of modules or layers, "all" for what is left; levels by LevelSet::name(), or "32".
  std::vector<ModuleLevels> stages;
  std::vector<int> stage_steps;  ///< of each; empty = the steps of the training in equal parts
  int activation_bits = 0;       ///< 0 = float32
  bool per_channel = true;
  EndLayers ends = EndLayers::kQuantized;
  FreezeOrder freeze = FreezeOrder::kMagnitude;
  StepStart start = StepStart::kMeanMagnitude;
  double step_rate = 1.0;
  std::filesystem::path checkpoint;  ///< "start" of weight_quantization_keys(); empty = fresh weights
};

/// The keys of [quantization]: quantizer, norm, stages, stage_steps, activation_bits, scales, ends, freeze,
/// step_start, step_rate.
TomlKeys quantization_keys(QuantizationRecipe& target);

/// The same for networks whose inputs of layers and norms cannot be quantized or folded, and that have no
/// first and last layer: without activation_bits and ends, with `start`, the checkpoint to go on from.
TomlKeys weight_quantization_keys(QuantizationRecipe& target, const std::filesystem::path& folder);

/// What one key cannot know of the others; `file` stands in messages.
Expected<void> check_quantization_recipe(const QuantizationRecipe& recipe, int training_steps,
                                         const std::string& file);

/// The plan for a network: weights with at least two axes are what can be quantized; `end_weights` are those
/// of its first and last layers. kUsage for names that match nothing, or only what an earlier stage
/// quantized.
Expected<TrainingQuantization> training_quantization(const QuantizationRecipe& recipe, const Model& network,
                                                     const std::vector<std::string>& end_weights,
                                                     int training_steps, std::uint64_t seed);

/// What a trainer of a recipe does.
struct QuantizationHooks {
  std::function<void()> freeze_norms;
  std::function<Expected<void>(const TrainingQuantization&)> quantize;
};

/// Sets up what the recipe says of quantization, besides its start. Returns quantization_text(), empty where
/// nothing is quantized. Errors name `file`.
Expected<std::string> set_up_quantization(const QuantizationRecipe& recipe, const Model& network,
                                          const std::vector<std::string>& end_weights, int training_steps,
                                          std::uint64_t seed, const std::string& file,
                                          const QuantizationHooks& hooks);

/// Writes packed.safetensors beside the last checkpoint of a training. Errors of `packed` and of the disk.
Expected<void> write_packed_beside(const std::filesystem::path& checkpoint,
                                   const Expected<PackedCheckpoint>& packed);

/// Levels of the modules in their order, "mixed" where layers differ, with the bits of inputs: "W8-2-8 A8".
std::string quantization_label(const TrainingQuantization& how, const Model& network);
/// How a network was quantized, as JSON text for its packed file: "label", "quantizer", "norm", "scales",
/// "ends", "stages", "version".
std::string quantization_text(const QuantizationRecipe& recipe, const TrainingQuantization& how,
                              const Model& network);

}  // namespace alidade
