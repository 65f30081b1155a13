// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/detector_recipe.h"

#include <algorithm>
#include <set>
#include <utility>

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr int kMostDetectorSteps = 100000000, kMostScenes = 1000000;
constexpr char kDetectorSections[] =
    "[detector], [[source]], [harmony], [augmentation], [suppression] and [training]";

TomlKey detector_config_name(std::string& target) {
  return {"\"small\", \"tr3d\" or \"tiny\"", [&target](const TomlValue& value) {
            const auto* name = std::get_if<std::string>(&value);
            if (name == nullptr || !named_detector_config(*name)) {
              return false;
            }
            target = *name;
            return true;
          }};
}

TomlKey name_list(std::vector<std::string>& target, bool* given = nullptr) {
  return {"a list of names", [&target, given](const TomlValue& value) {
            const auto* names = std::get_if<std::vector<std::string>>(&value);
            if (names == nullptr) {
              return false;
            }
            target = *names;
            if (given != nullptr) {
              *given = true;
            }
            return true;
          }};
}

TomlKeys detector_keys(DetectorRecipe& r) {
  DetectorConfig& n = r.network;
  return {{"config", detector_config_name(n.name)},
          {"rules", toml_choice(n.rules, {{"reference", DetectorRules::kReference},
                                          {"corrected", DetectorRules::kCorrected}})},
          {"voxel_m", toml_number(n.voxel_m, 1e-3, 10.0)},
          {"neck_width", toml_whole(n.neck_width, 1, 2048)},
          {"neck_kernel", toml_choice(n.neck_kernel, {{"1", 1}, {"3", 3}})},
          {"choice", toml_choice(n.choice, {{"off", KernelChoice::kOff},
                                            {"selected", KernelChoice::kSelected},
                                            {"shared", KernelChoice::kShared},
                                            {"exclusive", KernelChoice::kExclusive},
                                            {"alpha", KernelChoice::kAlpha},
                                            {"beta", KernelChoice::kBeta},
                                            {"random", KernelChoice::kRandom}})},
          {"tau", toml_number(n.tau, 0.0, 1.0)},
          {"offset_start", toml_number(n.offset_start, -30.0, 30.0)},
          {"embedding_width", toml_whole(n.embedding_width, 1, 2048)},
          {"hidden_width", toml_whole(n.hidden_width, 1, 2048)},
          {"structure_width", toml_whole(n.structure_width, 1, 2048)},
          {"random_share", toml_number(n.random_share, 0.0, 1.0)},
          {"norm", toml_choice(n.norm, {{"shared", NormSharing::kShared},
                                        {"statistics", NormSharing::kStatistics},
                                        {"separate", NormSharing::kSeparate}})},
          {"assignment", toml_choice(n.assignment, {{"nearest_choosing", AssignmentRule::kNearestChoosing},
                                                    {"nearest_of_all", AssignmentRule::kNearestOfAll}})},
          {"coarse_from_m", toml_number(r.coarse_from_m, 0.0, 1000.0)},
          {"only", name_list(r.only)},
          {"most_points", toml_whole(r.most_points, 0, 100000000)}};
}

TomlKeys source_keys(std::vector<DetectorSourceRecipe>& sources, const fs::path& folder) {
  DetectorSourceRecipe& s = sources.emplace_back();
  return {{"name", toml_text(s.name)},
          {"train", toml_path(s.train, folder)},
          {"validation", toml_path(s.validation, folder)},
          {"test", toml_path(s.test, folder)},
          {"classes", name_list(s.classes)},
          {"coarse",
           {"a list of names",
            [&s](const TomlValue& value) {
              s.automatic = false;
              return name_list(s.coarse).take(value);
            }}},
          {"train_scenes", toml_whole(s.train_scenes, 0, kMostScenes)},
          {"validation_scenes", toml_whole(s.validation_scenes, 0, kMostScenes)},
          {"test_scenes", toml_whole(s.test_scenes, 0, kMostScenes)}};
}

TomlKey combine_key(CombineOptions& c) {
  return {"\"harmonized\", \"mean\" or \"projected\"", [&c](const TomlValue& value) {
            const auto* name = std::get_if<std::string>(&value);
            c.harmonize = name != nullptr && *name == "harmonized";
            c.project = name != nullptr && *name == "projected";
            return c.harmonize || c.project || (name != nullptr && *name == "mean");
          }};
}

TomlKeys harmony_keys(CombineOptions& c) {
  return {{"combine", combine_key(c)},
          {"threshold", toml_number(c.threshold, 0.0, 2.0)},
          {"rules", toml_choice(c.rules, {{"reference", DetectorRules::kReference},
                                          {"corrected", DetectorRules::kCorrected}})}};
}

TomlKeys scene_augmentation_keys(DetectorAugmentation& a) {
  return {{"flip", toml_number(a.flip, 0.0, 1.0)},
          {"turn_rad", toml_number(a.turn_rad, 0.0, 0.5)},
          {"free_turn_rad", toml_number(a.free_turn_rad, 0.0, 3.1416)},
          {"quarter_turns", toml_choice(a.quarter_turns, {{"yes", true}, {"no", false}})},
          {"scale", toml_number(a.scale, 0.0, 0.9)},
          {"shift_m", toml_number(a.shift_m, 0.0, 100.0)}};
}

TomlKeys suppression_keys(Suppression& s, std::uint64_t& most_candidates) {
  return {{"least_score", toml_number(s.least_score, 0.0, 1.0)},
          {"most_overlap", toml_number(s.most_overlap, 0.0, 1.0)},
          {"most_candidates", toml_whole(most_candidates, 0, 1000000)},
          {"overlap", toml_choice(s.overlap, {{"footprint", OverlapRule::kFootprint},
                                              {"volume", OverlapRule::kVolume}})}};
}

TomlKeys detector_training_keys(DetectorRecipe& r) {
  DetectorTraining& t = r.training;
  TomlKeys keys = loop_keys(r.loop);
  keys.merge(TomlKeys{{"steps", toml_whole(t.steps, 1, kMostDetectorSteps)},
                      {"batch", toml_whole(t.batch, 1, 4096)},
                      {"learning_rate", toml_number(t.rate.base, 1e-9, 10.0)},
                      {"warm_up", toml_whole(t.rate.warm_up, 0, 1000000)},
                      {"weight_decay", toml_number(t.weight_decay, 0.0, 1.0)},
                      {"gradient_clip", toml_number(t.gradient_clip, 1e-6, 1e9)},
                      {"curve_every", toml_whole(r.curve_every, 0, 1000000)}});
  return keys;
}

Expected<void> check_detector_recipe(const DetectorRecipe& recipe) {
  const std::string file = recipe.file.string();
  if (recipe.sources.empty()) {
    return input_error(file, "[[source]]", "a detector needs a source", "add one with train = \"...\"");
  }
  for (std::size_t i = 0; i < recipe.sources.size(); ++i) {
    const std::string where = "[[source]] " + std::to_string(i + 1);
    if (recipe.sources[i].train.empty()) {
      return input_error(file, where + " train", "a training set is needed", "name it");
    }
    if (recipe.curve_every > 0 && recipe.sources[i].validation.empty()) {
      return input_error(file, where + " validation", "an accuracy curve needs validation scenes",
                         "name them or leave curve_every out");
    }
  }
  return check_loop_options(recipe.loop, file);
}

}  // namespace

Expected<DetectorRecipe> parse_detector_recipe(const std::string& text, const fs::path& path) {
  DetectorRecipe recipe;
  const fs::path folder = path.parent_path();
  // Once for the name of the configuration, then for all that changes it.
  for (int pass = 0; pass < 2; ++pass) {
    const std::string name = recipe.network.name;
    recipe = {};
    recipe.network = *named_detector_config(name);
    std::uint64_t most_candidates = recipe.network.suppression.most_candidates;
    TomlSchema schema;
    schema.sections = {{"detector", detector_keys(recipe)},
                       {"harmony", harmony_keys(recipe.training.combine)},
                       {"augmentation", scene_augmentation_keys(recipe.training.augmentation)},
                       {"suppression", suppression_keys(recipe.network.suppression, most_candidates)},
                       {"training", detector_training_keys(recipe)}};
    schema.lists = {{"source", [&] { return source_keys(recipe.sources, folder); }}};
    if (const auto problem = read_toml(text, schema)) {
      return recipe_error(*problem, path.string(), kDetectorSections);
    }
    recipe.network.suppression.most_candidates = most_candidates;
  }
  recipe.text = text;
  recipe.file = path;
  recipe.training.seed = recipe.network.random_seed = recipe.loop.seed;
  recipe.training.rate.steps = recipe.training.steps;
  if (auto checked = check_detector_recipe(recipe); !checked) {
    return checked.error();
  }
  return recipe;
}

}  // namespace alidade
