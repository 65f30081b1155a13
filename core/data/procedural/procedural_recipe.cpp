// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/procedural_recipe.h"

#include "core/base/file.h"
#include "core/base/strict_toml.h"
#include "core/data/procedural/cubesat.h"
#include "core/data/procedural/tabletop.h"

namespace alidade {
namespace {

template <class Recipe>
Expected<ProceduralRecipe> widened(const Expected<Recipe>& recipe) {
  return recipe ? Expected<ProceduralRecipe>(*recipe) : recipe.error();
}

}  // namespace

bool names_rooms(const std::string& text) {
  const auto names = toml_names(text);
  return names.contains("generator") && names.contains("source");
}

Expected<ProceduralRecipe> parse_procedural_recipe(const std::string& text, const std::string& file) {
  if (names_rooms(text)) {
    return input_error(file, "", "it is a recipe of rooms, which are point clouds without images",
                       "give a recipe of Tabletop or Cubesat here");
  }
  return names_generator(text) ? widened(parse_cubesat_recipe(text, file))
                               : widened(parse_tabletop_recipe(text, file));
}

Expected<ProceduralRecipe> read_procedural_recipe(const std::filesystem::path& path) {
  const auto text = read_file(path, 1 << 20);
  return text ? parse_procedural_recipe(*text, path.filename().string()) : text.error();
}

Expected<void> check_procedural_recipe(const ProceduralRecipe& recipe, const std::string& file) {
  const auto* cubesat = std::get_if<CubesatRecipe>(&recipe);
  return cubesat != nullptr ? check_cubesat_recipe(*cubesat, file)
                            : check_tabletop_recipe(std::get<TabletopRecipe>(recipe), file);
}

ProceduralSet procedural_set(const ProceduralRecipe& recipe) {
  return std::visit([](const auto& chosen) { return procedural_set(chosen); }, recipe);
}

std::shared_ptr<const ProceduralGenerator> make_generator(const ProceduralRecipe& recipe) {
  if (const auto* cubesat = std::get_if<CubesatRecipe>(&recipe)) {
    return std::make_shared<const CubesatGenerator>(*cubesat);
  }
  return std::make_shared<const TabletopGenerator>(std::get<TabletopRecipe>(recipe));
}

}  // namespace alidade
