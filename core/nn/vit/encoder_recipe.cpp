// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/strict_toml.h"
#include "core/nn/vit/encoder_training.h"

namespace alidade {
namespace {

TomlKey encoder_name(VisionTransformerConfig& target) {
  return {"the name of an encoder", [&target](const TomlValue& value) {
            const auto* name = std::get_if<std::string>(&value);
            const auto config = named_vision_transformer(name != nullptr ? *name : std::string());
            if (config) {
              target = *config;
            }
            return static_cast<bool>(config);
          }};
}

TomlKeys encoder_keys(EncoderRecipe& r) {
  EncoderTrainerOptions& t = r.trainer;
  CropAugmentation& a = t.augmentation;
  return {{"config", encoder_name(r.encoder)},
          {"size_px", toml_whole(t.size_px, 2, 1024)},
          {"steps", toml_whole(t.steps, 1, 100000000)},
          {"category_weight", toml_number(t.category_weight, 0.0, 1e6)},
          {"shift", toml_number(a.shift, 0.0, 0.5)},
          {"zoom", toml_number(a.zoom, 0.0, 0.9)},
          {"brightness", toml_number(a.brightness, 0.0, 1.0)},
          {"contrast", toml_number(a.contrast, 0.0, 1.0)},
          {"gain", toml_number(a.gain, 0.0, 1.0)}};
}

TomlKeys encoder_training_keys(EncoderRecipe& r) {
  EncoderTrainerOptions& t = r.trainer;
  TomlKeys keys = loop_keys(r.loop);
  keys.merge(TomlKeys{{"batch", toml_whole(t.batch, 1, 4096)},
                      {"learning_rate", toml_number(t.learning_rate, 1e-9, 1.0)},
                      {"final_rate", toml_number(t.final_rate, 0.0, 1.0)},
                      {"warmup_steps", toml_whole(t.warmup_steps, 0, 1000000)},
                      {"gradient_clip", toml_number(t.gradient_clip, 1e-6, 1e9)},
                      {"ema_decay", toml_number(t.ema_decay, 0.0, 0.999999)},
                      {"weight_decay", toml_number(t.weight_decay, 0.0, 1.0)}});
  return keys;
}

/// What one key cannot know of the others.
Expected<void> check_encoder_recipe(const EncoderRecipe& recipe, const std::string& file) {
  if (recipe.train_data.empty()) {
    return input_error(file, "[data] train", "a training set is needed", "name it");
  }
  if (recipe.trainer.size_px % recipe.encoder.patch != 0) {
    return input_error(file, "[encoder] size_px",
                       std::to_string(recipe.trainer.size_px) +
                           " pixels are no multiple of the encoder's patch of " +
                           std::to_string(recipe.encoder.patch),
                       "make them one");
  }
  return check_loop_options(recipe.loop, file);
}

}  // namespace

Expected<EncoderRecipe> parse_encoder_recipe(const std::string& text, const std::filesystem::path& file) {
  EncoderRecipe recipe;
  const std::filesystem::path folder = file.parent_path();
  TomlSchema schema;
  schema.sections = {{"encoder", encoder_keys(recipe)},
                     {"data",
                      {{"train", toml_path(recipe.train_data, folder)},
                       {"train_frames", toml_whole(recipe.train_frames, 0, 1000000)},
                       {"validation", toml_path(recipe.validation_data, folder)},
                       {"validation_frames", toml_whole(recipe.validation_frames, 0, 100000)},
                       {"min_visible_fraction", toml_number(recipe.min_visible_fraction, 0.0, 1.0)}}},
                     {"training", encoder_training_keys(recipe)}};
  if (const auto problem = read_toml(text, schema)) {
    return recipe_error(*problem, file.string(), "[encoder], [data] and [training]");
  }
  recipe.trainer.seed = recipe.loop.seed;
  if (auto checked = check_encoder_recipe(recipe, file.string()); !checked) {
    return checked.error();
  }
  return recipe;
}

}  // namespace alidade
