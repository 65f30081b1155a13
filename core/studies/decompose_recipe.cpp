// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/decompose_recipe.h"

#include <algorithm>
#include <set>

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr int kMostDecomposeSteps = 100000000;
constexpr char kDecomposeSections[] = "[decompose], [[group]], [data], [loss], [training] and [quantization]";

/// Checks and keeps the name; sizes that other keys change must not be overwritten by it.
TomlKey decompose_config_name(std::string& target) {
  return {"\"small\", \"tiny\" or \"published\"", [&target](const TomlValue& value) {
            const auto* name = std::get_if<std::string>(&value);
            if (name == nullptr || !named_decompose_config(*name)) {
              return false;
            }
            target = *name;
            return true;
          }};
}

/// "box, remote" -> names; false for an empty one.
bool split_names(const std::string& text, std::vector<std::string>& names) {
  names.clear();
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::size_t first = text.find_first_not_of(" \t", begin);
    if (first >= end) {
      return false;
    }
    const std::size_t last = text.find_last_not_of(" \t", end - 1);
    names.push_back(text.substr(first, last + 1 - first));
    begin = end + 1;
  }
  return !names.empty();
}

TomlKey category_names(std::vector<std::string>& names) {
  return {"names of categories, commas between them", [&names](const TomlValue& value) {
            const auto* text = std::get_if<std::string>(&value);
            return text != nullptr && split_names(*text, names);
          }};
}

TomlKeys group_keys(std::vector<DecomposeGroup>& groups) {
  DecomposeGroup& group = groups.emplace_back();
  return {{"categories", category_names(group.categories)},
          {"capacity",
           toml_choice(group.capacity, {{"high", BranchCapacity::kHigh}, {"low", BranchCapacity::kLow}})}};
}

TomlKeys decompose_keys(DecomposeRecipe& r, const fs::path& folder) {
  DecomposeConfig& n = r.network;
  return {{"config", decompose_config_name(n.name)},
          {"num_points", toml_whole(n.num_points, 32, 8192)},
          {"keypoints", toml_whole(n.keypoints, 2, 1024)},
          {"branch_hidden", toml_whole(n.branch_hidden, 4, 4096)},
          {"encoder", toml_path(r.encoder, folder)},
          {"encoder_seed", toml_whole(r.encoder_seed, 0, 1000000000)},
          {"color", toml_choice(n.color, {{"encoder", ColorSource::kEncoder},
                                          {"none", ColorSource::kNone},
                                          {"random", ColorSource::kRandom}})},
          {"split", toml_choice(n.split, {{"backbone", SplitBlock::kBackbone},
                                          {"correspondence", SplitBlock::kCorrespondence},
                                          {"head", SplitBlock::kHead}})}};
}

TomlKeys decompose_training_keys(DecomposeRecipe& r) {
  DecomposeTraining& t = r.training;
  TomlKeys keys = loop_keys(r.loop);
  keys.merge(TomlKeys{{"steps", toml_whole(t.steps, 1, kMostDecomposeSteps)},
                      {"batch", toml_whole(t.batch, 2, 4096)},
                      {"base_rate", toml_number(t.rate.base, 1e-9, 1.0)},
                      {"maximum_rate", toml_number(t.rate.maximum, 1e-9, 1.0)},
                      {"gradient_clip", toml_number(t.gradient_clip, 1e-6, 1e9)},
                      {"turn_rad", toml_number(t.turn_rad, 0.0, 3.2)},
                      {"scale_range", toml_number(t.scale_range, 0.0, 0.9)},
                      {"jitter_m", toml_number(t.jitter_m, 0.0, 1.0)},
                      {"curve_every", toml_whole(r.curve_every, 0, 1000000)}});
  return keys;
}

TomlKeys decompose_loss_keys(DecomposeWeights& w) {
  return {{"chamfer", toml_number(w.chamfer, 0.0, 1e6)},
          {"diversity", toml_number(w.diversity, 0.0, 1e6)},
          {"reconstruction", toml_number(w.reconstruction, 0.0, 1e6)},
          {"nocs", toml_number(w.nocs, 0.0, 1e6)},
          {"offset", toml_number(w.offset, 0.0, 1e6)},
          {"main", toml_number(w.main, 0.0, 1e6)},
          {"branch", toml_number(w.branch, 0.0, 1e6)},
          {"margin_m", toml_number(w.margin_m, 1e-6, 1.0)}};
}

/// Cycle lengths are counted in steps of the whole training, unless the recipe says them.
struct CycleKeys {
  double cycles = 1.0;  ///< up and down again, in the whole training
};

TomlSchema decompose_schema(DecomposeRecipe& r, CycleKeys& cycle, const fs::path& folder) {
  TomlKeys training = decompose_training_keys(r);
  training.emplace("cycles", toml_number(cycle.cycles, 0.01, 10000.0));
  TomlSchema schema;
  schema.sections = {{"decompose", decompose_keys(r, folder)},
                     {"data",
                      {{"train", toml_path(r.train_data, folder)},
                       {"train_frames", toml_whole(r.train_frames, 0, 1000000)},
                       {"train_categories", category_names(r.train_categories)},
                       {"validation", toml_path(r.validation_data, folder)},
                       {"validation_frames", toml_whole(r.validation_frames, 0, 100000)},
                       {"test", toml_path(r.test_data, folder)},
                       {"test_frames", toml_whole(r.test_frames, 0, 100000)},
                       {"curve_frames", toml_whole(r.curve_frames, 1, 100000)},
                       {"min_visible_fraction", toml_number(r.min_visible_fraction, 0.0, 1.0)}}},
                     {"loss", decompose_loss_keys(r.training.weights)},
                     {"quantization", weight_quantization_keys(r.quantization, folder)},
                     {"training", std::move(training)}};
  schema.lists = {{"group", [&r] { return group_keys(r.groups); }}};
  return schema;
}

/// What one key cannot know of the others.
Expected<void> check_decompose_recipe(const DecomposeRecipe& recipe, const std::set<std::string>& present) {
  const std::string file = recipe.file.string();
  if (recipe.train_data.empty()) {
    return input_error(file, "[data] train", "a training set is needed", "name it");
  }
  if (recipe.network.color == ColorSource::kEncoder && recipe.encoder.empty()) {
    return input_error(file, "[decompose] encoder", "color needs the file of an image encoder",
                       "name it, or say color = \"none\"");
  }
  for (std::size_t i = 0; i < recipe.groups.size(); ++i) {
    if (recipe.groups[i].categories.empty()) {
      return input_error(file, "[[group]] " + std::to_string(i + 1), "it has no categories",
                         "give it some or leave it out");
    }
  }
  if (recipe.groups.empty() && present.contains("decompose.split")) {
    return input_error(file, "[decompose] split", "nothing is split without groups",
                       "list them as [[group]] or leave split out");
  }
  if (recipe.training.rate.maximum < recipe.training.rate.base) {
    return input_error(file, "[training] maximum_rate", "it is less than base_rate", "exchange them");
  }
  if (recipe.curve_every > 0 && recipe.test_data.empty()) {
    return input_error(file, "[training] curve_every", "an accuracy curve needs test data",
                       "name it in [data] test or leave curve_every out");
  }
  if (auto checked = check_quantization_recipe(recipe.quantization, recipe.training.steps, file); !checked) {
    return checked;
  }
  return check_loop_options(recipe.loop, file);
}

}  // namespace

Expected<DecomposeRecipe> parse_decompose_recipe(const std::string& text, const fs::path& path) {
  DecomposeRecipe recipe;
  CycleKeys cycle;
  std::set<std::string> present;
  // Once for the name of the configuration, then for all that changes it.
  for (int pass = 0; pass < 2; ++pass) {
    const std::string name = recipe.network.name;
    recipe = {};
    recipe.network = *named_decompose_config(name);
    if (const auto problem = read_toml(text, decompose_schema(recipe, cycle, path.parent_path()), &present)) {
      return recipe_error(*problem, path.string(), kDecomposeSections);
    }
  }
  recipe.text = text;
  recipe.file = path;
  recipe.training.seed = recipe.loop.seed;
  recipe.quantization.present = present.contains("quantization");
  const double half = recipe.training.steps / (2.0 * cycle.cycles);
  recipe.training.rate.step_up = recipe.training.rate.step_down =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(half));
  if (auto checked = check_decompose_recipe(recipe, present); !checked) {
    return checked.error();
  }
  return recipe;
}

Expected<DecomposeConfig> routed_config(const DecomposeRecipe& recipe,
                                        const std::vector<std::string>& categories) {
  DecomposeConfig config = recipe.network;
  config.categories = categories;
  const std::string file = recipe.file.string();
  for (const std::string& name : recipe.train_categories) {
    if (std::find(categories.begin(), categories.end(), name) == categories.end()) {
      return input_error(file, "[data] train_categories", "the training set has no category \"" + name + "\"",
                         "name only what it has");
    }
  }
  if (recipe.groups.empty()) {
    config.split = SplitBlock::kNone;
    config.routing.assign(categories.size(), 0);
    config.capacities = {BranchCapacity::kHigh};
  } else {
    config.routing.assign(categories.size(), -1);
    for (const DecomposeGroup& group : recipe.groups) {
      for (const std::string& name : group.categories) {
        const auto found = std::find(categories.begin(), categories.end(), name);
        if (found == categories.end()) {
          return input_error(file, "[[group]]", "the training set has no category \"" + name + "\"",
                             "name only what it has");
        }
        int& route = config.routing[static_cast<std::size_t>(found - categories.begin())];
        if (route >= 0) {
          return input_error(file, "[[group]]", "\"" + name + "\" stands in two groups", "keep one");
        }
        route = config.groups();
      }
      config.capacities.push_back(group.capacity);
    }
    const auto lost = std::find(config.routing.begin(), config.routing.end(), -1);
    if (lost != config.routing.end()) {
      return input_error(file, "[[group]]",
                         "\"" + categories[static_cast<std::size_t>(lost - config.routing.begin())] +
                             "\" of the training set stands in no group",
                         "route every category");
    }
  }
  if (auto checked = check_decompose_config(config); !checked) {
    return input_error(file, "[decompose]", checked.error().message, "choose a named configuration");
  }
  return config;
}

}  // namespace alidade
