// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/keypoint_recipe.h"

#include <charconv>
#include <set>
#include <utility>

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr int kMostKeypointSteps = 100000000;
constexpr char kKeypointSections[] =
    "[keypoint], [quantization], [data], [loss], [augmentation] and [training]";

/// Checks and keeps the name; sizes that other keys change must not be overwritten by it.
TomlKey keypoint_config_name(std::string& target) {
  return {"\"small\", \"second\", \"tiny\" or \"wdr\"", [&target](const TomlValue& value) {
            const auto* name = std::get_if<std::string>(&value);
            if (name == nullptr || !named_keypoint_config(*name)) {
              return false;
            }
            target = *name;
            return true;
          }};
}

/// "0.33, 0.67" -> shares that rise; false for anything else.
bool read_shares(const std::string& text, std::vector<double>& shares) {
  shares.clear();
  const char *at = text.data(), *end = text.data() + text.size();
  while (at < end) {
    double share = 0.0;
    while (at < end && *at == ' ') {
      ++at;
    }
    const auto [next, problem] = std::from_chars(at, end, share);
    const bool rises = share > (shares.empty() ? 0.0 : shares.back()) && share < 1.0;
    if (problem != std::errc() || !rises || (next != end && *next != ',')) {
      return false;
    }
    shares.push_back(share);
    at = next == end ? end : next + 1;
  }
  return true;
}

TomlKey rising_shares(std::vector<double>& target) {
  return {"rising shares of the steps, commas between them", [&target](const TomlValue& value) {
            const auto* text = std::get_if<std::string>(&value);
            return text != nullptr && read_shares(*text, target);
          }};
}

TomlKeys keypoint_keys(KeypointRecipe& r, const fs::path& folder) {
  KeypointConfig& n = r.network;
  return {{"config", keypoint_config_name(n.name)},
          {"start", toml_path(r.start, folder)},
          {"norm", toml_choice(r.norm, {{"yes", true}, {"no", false}})},
          {"image_px", toml_whole(n.image_px, 32, 2048)},
          {"pyramid_width", toml_whole(n.pyramid_width, 2, 2048)},
          {"levels", toml_whole(n.levels, 1, kMostKeypointLevels)},
          {"head_width", toml_whole(n.head_width, 2, 2048)},
          {"head_depth", toml_whole(n.head_depth, 0, 16)},
          {"level_lambda", toml_number(n.level_lambda, 0.0, 100.0)},
          {"level_strides", toml_number(n.level_strides, 0.1, 100.0)},
          {"confidence", toml_number(n.confidence, 0.0, 1.0)},
          {"most_cells", toml_whole(n.most_cells, 1, 4096)},
          {"ransac_px", toml_number(n.ransac_px, 0.01, 1000.0)},
          {"ransac_iterations", toml_whole(n.ransac_iterations, 1, 100000)}};
}

TomlKeys keypoint_data_keys(KeypointRecipe& r, const fs::path& folder) {
  return {{"train", toml_path(r.train_data, folder)},
          {"train_frames", toml_whole(r.train_frames, 0, 1000000)},
          {"validation", toml_path(r.validation_data, folder)},
          {"validation_frames", toml_whole(r.validation_frames, 0, 100000)},
          {"test", toml_path(r.test_data, folder)},
          {"test_frames", toml_whole(r.test_frames, 0, 100000)},
          {"curve_frames", toml_whole(r.curve_frames, 1, 100000)},
          {"object", toml_whole(r.object, 0, 1000000000)},
          {"min_visible_fraction", toml_number(r.min_visible_fraction, 0.0, 1.0)}};
}

TomlKeys keypoint_loss_keys(KeypointLoss& loss) {
  return {{"objectness", toml_number(loss.objectness, 0.0, 1e6)},
          {"keypoints", toml_number(loss.keypoints, 0.0, 1e6)},
          {"focal", toml_number(loss.focal, 0.0, 10.0)},
          {"error",
           toml_choice(loss.error, {{"pixels", KeypointError::kPixels}, {"space", KeypointError::kSpace}})},
          {"smooth", toml_number(loss.smooth, 1e-6, 10.0)}};
}

TomlKeys keypoint_augmentation_keys(KeypointAugmentation& change) {
  return {{"brightness", toml_number(change.brightness, 0.0, 1.0)},
          {"contrast", toml_number(change.contrast, 0.0, 0.99)},
          {"noise", toml_number(change.noise, 0.0, 1.0)},
          {"shift_px", toml_whole(change.shift_px, 0, 1024)}};
}

TomlKeys keypoint_training_keys(KeypointRecipe& r) {
  KeypointTraining& t = r.training;
  TomlKeys keys = loop_keys(r.loop);
  keys.merge(TomlKeys{{"steps", toml_whole(t.steps, 1, kMostKeypointSteps)},
                      {"batch", toml_whole(t.batch, 1, 4096)},
                      {"optimizer", toml_choice(t.optimizer, {{"adam", KeypointOptimizer::kAdam},
                                                              {"sgd", KeypointOptimizer::kSgd}})},
                      {"momentum", toml_number(t.momentum, 0.0, 0.9999)},
                      {"weight_decay", toml_number(t.weight_decay, 0.0, 1.0)},
                      {"learning_rate", toml_number(t.rate.base, 1e-9, 10.0)},
                      {"milestones", rising_shares(t.rate.milestones)},
                      {"milestone_factor", toml_number(t.rate.factor, 1e-6, 1.0)},
                      {"warm_up", toml_whole(t.rate.warm_up, 0, 1000000)},
                      {"gradient_clip", toml_number(t.gradient_clip, 1e-6, 1e9)},
                      {"live_norm_share", toml_number(t.live_norm_share, 0.0, 1.0)},
                      {"average_decay", toml_number(t.average_decay, 0.0, 0.99999)},
                      {"curve_every", toml_whole(r.curve_every, 0, 1000000)}});
  return keys;
}

/// What one key cannot know of the others.
Expected<void> check_keypoint_recipe(const KeypointRecipe& recipe, const std::set<std::string>& present) {
  const std::string file = recipe.file.string();
  if (recipe.train_data.empty()) {
    return input_error(file, "[data] train", "a training set is needed", "name it");
  }
  if (!recipe.start.empty() && present.contains("keypoint.config")) {
    return input_error(file, "[keypoint] config", "the checkpoint in start brings its own configuration",
                       "leave one of the two out");
  }
  if (recipe.curve_every > 0 && recipe.validation_data.empty()) {
    return input_error(file, "[training] curve_every", "an accuracy curve needs validation data",
                       "name it in [data] validation or leave curve_every out");
  }
  if (recipe.quantization.present && recipe.training.average_decay > 0.0) {
    return input_error(file, "[training] average_decay", "quantized weights are not averaged",
                       "leave it out or set it to 0");
  }
  if (auto checked = check_quantization_recipe(recipe.quantization, recipe.training.steps, file); !checked) {
    return checked;
  }
  if (auto checked = check_keypoint_config(recipe.network); !checked) {
    return input_error(file, "[keypoint]", checked.error().message, "choose a named configuration");
  }
  return check_loop_options(recipe.loop, file);
}

}  // namespace

Expected<KeypointRecipe> parse_keypoint_recipe(const std::string& text, const fs::path& path) {
  KeypointRecipe recipe;
  const fs::path folder = path.parent_path();
  std::set<std::string> present;
  // Once for the name of the configuration, then for all that changes it.
  for (int pass = 0; pass < 2; ++pass) {
    const std::string name = recipe.network.name;
    recipe = {};
    recipe.network = *named_keypoint_config(name);
    TomlSchema schema;
    schema.sections = {{"keypoint", keypoint_keys(recipe, folder)},
                       {"quantization", quantization_keys(recipe.quantization)},
                       {"data", keypoint_data_keys(recipe, folder)},
                       {"loss", keypoint_loss_keys(recipe.training.loss)},
                       {"augmentation", keypoint_augmentation_keys(recipe.training.augmentation)},
                       {"training", keypoint_training_keys(recipe)}};
    if (const auto problem = read_toml(text, schema, &present)) {
      return recipe_error(*problem, path.string(), kKeypointSections);
    }
  }
  recipe.text = text;
  recipe.file = path;
  recipe.quantization.present = present.contains("quantization");
  if (recipe.quantization.present) {
    recipe.norm = recipe.quantization.norm != TrainingNorm::kFolded;
    recipe.training.live_norm_share = recipe.quantization.norm == TrainingNorm::kLive ? 1.0 : 0.0;
  }
  recipe.network.norm = recipe.norm;
  recipe.training.seed = recipe.loop.seed;
  recipe.training.rate.steps = recipe.training.steps;
  if (auto checked = check_keypoint_recipe(recipe, present); !checked) {
    return checked.error();
  }
  return recipe;
}

}  // namespace alidade
