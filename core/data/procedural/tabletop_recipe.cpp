// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/tabletop_recipe.h"

#include <algorithm>
#include <set>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/strict_toml.h"
#include "core/data/procedural/recipe_fields.h"

namespace alidade {
namespace {

constexpr char kSequenceKey[] = "sequence_frames", kRateKey[] = "frame_rate_hz";
constexpr char kCategoriesKey[] = "categories", kSurfacesKey[] = "surfaces";

std::vector<RecipeField> fields_of(TabletopRecipe& r) {
  return {{"split", &r.split},
          {"seed", &r.seed, 0.0, 9.2e18},
          {"frames", &r.frames, 1, 1000000},
          {"width", &r.width, 32, 2048},
          {"height", &r.height, 32, 2048},
          {"min_objects", &r.min_objects, 0, 20},
          {"max_objects", &r.max_objects, 1, 20},
          {"min_clutter", &r.min_clutter, 0, 20},
          {"max_clutter", &r.max_clutter, 0, 20},
          {"models_per_category", &r.models_per_category, 1, 10000},
          {"field_of_view_deg", &r.field_of_view_deg, 10.0, 120.0},
          {"min_distance", &r.min_distance, 0.3, 3.0},
          {"max_distance", &r.max_distance, 0.3, 3.0},
          {"min_elevation_deg", &r.min_elevation_deg, 2.0, 88.0},
          {"max_elevation_deg", &r.max_elevation_deg, 2.0, 88.0},
          {"roll_sigma_deg", &r.roll_sigma_deg, 0.0, 90.0},
          {"depth_noise", &r.depth_noise, 0.0, 20.0},
          {"depth_unit_mm", &r.depth_unit_mm, 0.05, 10.0},
          {"jpeg_quality", &r.jpeg_quality, 1, 100},
          {kSequenceKey, &r.sequence_frames, 0, 10000},
          {kRateKey, &r.frame_rate_hz, 1.0, 1000.0}};
}

/// The names of sets of categories that a recipe may give instead of a list.
const std::vector<std::string>* category_set(const std::string& name) {
  return name == "nocs" ? &shape_categories() : name == "household" ? &household_categories() : nullptr;
}

TomlKey categories_key(std::vector<std::string>& categories) {
  return {"a list of categories in quotes, or \"nocs\" or \"household\"",
          [&categories](const TomlValue& value) {
            if (const auto* name = std::get_if<std::string>(&value)) {
              const auto* set = category_set(*name);
              categories = set != nullptr ? *set : categories;
              return set != nullptr;
            }
            const auto* list = std::get_if<std::vector<std::string>>(&value);
            categories = list != nullptr ? *list : categories;
            return list != nullptr;
          }};
}

/// Known categories, each at most once, and at least one.
Expected<void> check_categories(const std::vector<std::string>& categories, const std::string& file) {
  const std::string where = std::string("key \"") + kCategoriesKey + "\"";
  if (categories.empty()) {
    return input_error(file, where, "the list is empty", "name at least one category");
  }
  std::set<std::string> seen;
  for (const auto& category : categories) {
    const auto& known = all_shape_categories();
    if (std::find(known.begin(), known.end(), category) == known.end()) {
      std::string names;
      for (const auto& name : known) {
        names += (names.empty() ? "" : ", ") + name;
      }
      return input_error(file, where, "there is no category \"" + category.substr(0, 40) + "\"",
                         "use some of " + names);
    }
    if (!seen.insert(category).second) {
      return input_error(file, where, "\"" + category + "\" is named twice", "name each category once");
    }
  }
  return {};
}

}  // namespace

Expected<void> check_tabletop_recipe(const TabletopRecipe& recipe, const std::string& file) {
  TabletopRecipe copy = recipe;
  if (auto within = check_ranges(fields_of(copy), file); !within) {
    return within;
  }
  if (auto named = check_split(recipe.split, file); !named) {
    return named;
  }
  if (recipe.sequence_frames == 1) {
    return input_error(file, std::string("key \"") + kSequenceKey + "\"", "one frame is no sequence",
                       "write 0 for stills, or at least 2");
  }
  if (auto known = check_categories(recipe.categories, file); !known) {
    return known;
  }
  for (const auto& result :
       {check_order(recipe.min_objects, recipe.max_objects, "objects", file),
        check_order(recipe.min_clutter, recipe.max_clutter, "clutter", file),
        check_order(recipe.min_distance, recipe.max_distance, "distance", file),
        check_order(recipe.min_elevation_deg, recipe.max_elevation_deg, "elevation_deg", file)}) {
    if (!result) {
      return result.error();
    }
  }
  return {};
}

Expected<TabletopRecipe> parse_tabletop_recipe(const std::string& text, const std::string& file) {
  TabletopRecipe recipe;
  TomlSchema schema;
  for (const RecipeField& field : fields_of(recipe)) {
    schema.keys.emplace(field.key, recipe_key(field));
  }
  schema.keys.emplace(kCategoriesKey, categories_key(recipe.categories));
  schema.keys.emplace(kSurfacesKey, toml_choice<bool>(recipe.printed, {{"plain", false}, {"printed", true}}));
  std::set<std::string> present;
  if (const auto problem = read_toml(text, schema, &present)) {
    return recipe_problem(*problem, file);
  }
  if (present.contains(kRateKey) && recipe.sequence_frames == 0) {
    return input_error(file, std::string("key \"") + kRateKey + "\"", "stills have no frame rate",
                       std::string("add ") + kSequenceKey + " or remove it");
  }
  if (auto checked = check_tabletop_recipe(recipe, file); !checked) {
    return checked.error();
  }
  return recipe;
}

Expected<TabletopRecipe> read_tabletop_recipe(const std::filesystem::path& path) {
  auto text = read_file(path, 1 << 20);
  if (!text) {
    return text.error();
  }
  return parse_tabletop_recipe(*text, path.filename().string());
}

std::string to_json(const TabletopRecipe& recipe) {
  TabletopRecipe copy = recipe;
  nlohmann::ordered_json json;
  for (const auto& field : fields_of(copy)) {
    const std::string key = field.key;
    if (recipe.sequence_frames > 0 || (key != kSequenceKey && key != kRateKey)) {
      std::visit([&](auto* value) { json[key] = *value; }, field.value);
    }
  }
  if (recipe.categories != shape_categories()) {
    json[kCategoriesKey] = recipe.categories;
  }
  if (recipe.printed) {
    json[kSurfacesKey] = "printed";
  }
  return json_text(json);
}

}  // namespace alidade
