// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/cubesat_recipe.h"

#include <map>
#include <set>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/data/procedural/recipe_fields.h"

namespace alidade {
namespace {

using Satellite = CubesatRecipe::Satellite;
using Lighting = CubesatRecipe::Lighting;
using Background = CubesatRecipe::Background;

constexpr char kGeneratorKey[] = "generator";
constexpr double kDepthSteps = 65535.0;

const std::map<std::string, Satellite>& satellite_words() {
  static const std::map<std::string, Satellite> words{{"cubesat", Satellite::kCubesat},
                                                      {"probe", Satellite::kProbe}};
  return words;
}

const std::map<std::string, Lighting>& lighting_words() {
  static const std::map<std::string, Lighting> words{{"hard", Lighting::kHard},
                                                     {"unseen", Lighting::kUnseen}};
  return words;
}

const std::map<std::string, Background>& background_words() {
  static const std::map<std::string, Background> words{
      {"mixed", Background::kMixed}, {"space", Background::kSpace}, {"earth", Background::kEarth}};
  return words;
}

template <class Value>
std::string word_of(const std::map<std::string, Value>& words, Value value) {
  for (const auto& [word, meaning] : words) {
    if (meaning == value) {
      return word;
    }
  }
  return {};
}

std::vector<RecipeField> cubesat_fields(CubesatRecipe& r) {
  return {{"split", &r.split},
          {"seed", &r.seed, 0.0, 9.2e18},
          {"frames", &r.frames, 1, 1000000},
          {"width", &r.width, 32, 2048},
          {"height", &r.height, 32, 2048},
          {"field_of_view_deg", &r.field_of_view_deg, 5.0, 90.0},
          {"min_distance", &r.min_distance, 1.0, 30.0},
          {"max_distance", &r.max_distance, 1.0, 30.0},
          {"max_rotation_deg", &r.max_rotation_deg, 0.0, 180.0},
          {"occlusion", &r.occlusion, 0.0, 1.0},
          {"sensor_noise", &r.sensor_noise, 0.0, 20.0},
          {"depth_unit_mm", &r.depth_unit_mm, 0.05, 10.0},
          {"jpeg_quality", &r.jpeg_quality, 1, 100}};
}

}  // namespace

std::string satellite_name(Satellite satellite) {
  return word_of(satellite_words(), satellite);
}

bool names_generator(const std::string& text) {
  return toml_names(text).contains(kGeneratorKey);
}

Expected<void> check_cubesat_recipe(const CubesatRecipe& recipe, const std::string& file) {
  CubesatRecipe copy = recipe;
  if (auto within = check_ranges(cubesat_fields(copy), file); !within) {
    return within;
  }
  if (auto named = check_split(recipe.split, file); !named) {
    return named;
  }
  if (auto ordered = check_order(recipe.min_distance, recipe.max_distance, "distance", file); !ordered) {
    return ordered;
  }
  // The satellite reaches half a metre behind its center at most.
  if (1000.0 * (recipe.max_distance + 0.5) > kDepthSteps * recipe.depth_unit_mm) {
    return input_error(file, "key \"depth_unit_mm\"",
                       "65535 steps of it do not reach the satellite at max_distance",
                       "make the step larger or the distance smaller");
  }
  return {};
}

Expected<CubesatRecipe> parse_cubesat_recipe(const std::string& text, const std::string& file) {
  CubesatRecipe recipe;
  TomlSchema schema;
  for (const RecipeField& field : cubesat_fields(recipe)) {
    schema.keys.emplace(field.key, recipe_key(field));
  }
  bool is_cubesat = false;
  schema.keys.emplace(kGeneratorKey, toml_choice<bool>(is_cubesat, {{"cubesat", true}}));
  schema.keys.emplace("satellite", toml_choice(recipe.satellite, satellite_words()));
  schema.keys.emplace("lighting", toml_choice(recipe.lighting, lighting_words()));
  schema.keys.emplace("background", toml_choice(recipe.background, background_words()));
  if (const auto problem = read_toml(text, schema)) {
    return recipe_problem(*problem, file);
  }
  if (!is_cubesat) {
    return input_error(file, std::string("key \"") + kGeneratorKey + "\"", "it is missing",
                       "write generator = \"cubesat\" at the top");
  }
  if (auto checked = check_cubesat_recipe(recipe, file); !checked) {
    return checked.error();
  }
  return recipe;
}

std::string to_json(const CubesatRecipe& recipe) {
  CubesatRecipe copy = recipe;
  nlohmann::ordered_json json{{kGeneratorKey, "cubesat"}};
  for (const auto& field : cubesat_fields(copy)) {
    std::visit([&](auto* value) { json[field.key] = *value; }, field.value);
  }
  json["satellite"] = satellite_name(recipe.satellite);
  json["lighting"] = word_of(lighting_words(), recipe.lighting);
  json["background"] = word_of(background_words(), recipe.background);
  return json_text(json);
}

}  // namespace alidade
