// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/rooms/rooms_recipe.h"

#include <map>
#include <variant>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/data/procedural/recipe_fields.h"

namespace alidade {
namespace {

using Source = RoomsRecipe::Source;

const std::map<std::string, Source>& source_words() {
  static const std::map<std::string, Source> words{
      {"scans", Source::kScans}, {"views", Source::kViews}, {"offices", Source::kOffices}};
  return words;
}

std::vector<RecipeField> rooms_fields(RoomsRecipe& r) {
  return {{"set", &r.set},
          {"split", &r.split},
          {"seed", &r.seed, 0.0, 9.2e18},
          {"scenes", &r.scenes, 1, 100000},
          {"points", &r.points, 100, 1000000},
          {"min_box_points", &r.min_box_points, 1, 10000},
          {"noise", &r.noise, 0.0, 20.0},
          {"scale", &r.scale, 0.1, 10.0},
          {"label_shift", &r.label_shift, 0, 100}};
}

}  // namespace

std::string rooms_source_name(Source source) {
  return source == Source::kScans ? "scans" : source == Source::kViews ? "views" : "offices";
}

std::string rooms_set_name(const RoomsRecipe& recipe) {
  return "rooms-" + (recipe.set.empty() ? rooms_source_name(recipe.source) : recipe.set) + "-" + recipe.split;
}

const std::vector<std::string>& rooms_categories(Source source) {
  static const std::vector<std::string> scans{"bed",       "chair",   "sofa",   "table",  "desk",
                                              "bookshelf", "cabinet", "toilet", "bathtub"};
  static const std::vector<std::string> views{"bed",  "table",   "sofa",        "chair",
                                              "desk", "dresser", "night_stand", "toilet"};
  static const std::vector<std::string> offices{"table", "chair", "sofa", "bookcase", "board"};
  return source == Source::kScans ? scans : source == Source::kViews ? views : offices;
}

Expected<void> check_rooms_recipe(const RoomsRecipe& recipe, const std::string& file) {
  RoomsRecipe copy = recipe;
  if (auto within = check_ranges(rooms_fields(copy), file); !within) {
    return within;
  }
  if (!recipe.set.empty() && !check_split(recipe.set, file)) {
    return input_error(file, "key \"set\"", "expected 1 to 32 letters, digits, '-' or '_'",
                       "name the set, as in \"scans\", or remove the key");
  }
  return check_split(recipe.split, file);
}

Expected<RoomsRecipe> parse_rooms_recipe(const std::string& text, const std::string& file) {
  RoomsRecipe recipe;
  TomlSchema schema;
  for (const RecipeField& field : rooms_fields(recipe)) {
    schema.keys.emplace(field.key, recipe_key(field));
  }
  bool is_rooms = false;
  schema.keys.emplace("generator", toml_choice<bool>(is_rooms, {{"rooms", true}}));
  schema.keys.emplace("source", toml_choice(recipe.source, source_words()));
  std::set<std::string> present;
  if (const auto problem = read_toml(text, schema, &present)) {
    return recipe_problem(*problem, file);
  }
  if (!is_rooms || !present.contains("source")) {
    return input_error(file, std::string("key \"") + (is_rooms ? "source" : "generator") + "\"",
                       "it is missing",
                       "begin with generator = \"rooms\" and source = \"scans\", \"views\" or \"offices\"");
  }
  if (auto checked = check_rooms_recipe(recipe, file); !checked) {
    return checked.error();
  }
  return recipe;
}

Expected<RoomsRecipe> read_rooms_recipe(const std::filesystem::path& path) {
  const auto text = read_file(path, 1 << 20);
  return text ? parse_rooms_recipe(*text, path.filename().string()) : text.error();
}

std::string to_json(const RoomsRecipe& recipe) {
  RoomsRecipe copy = recipe;
  nlohmann::ordered_json json{{"generator", "rooms"}, {"source", rooms_source_name(recipe.source)}};
  for (const auto& field : rooms_fields(copy)) {
    std::visit([&](auto* value) { json[field.key] = *value; }, field.value);
  }
  return json_text(json);
}

}  // namespace alidade
