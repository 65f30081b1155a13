// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "core/base/expected.h"
#include "core/data/procedural/cubesat_recipe.h"
#include "core/data/procedural/procedural_generator.h"
#include "core/data/procedural/tabletop_recipe.h"

namespace alidade {

/// A recipe of one of the generators. A text that has the key `generator` says which; any other is a Tabletop
/// recipe.
using ProceduralRecipe = std::variant<TabletopRecipe, CubesatRecipe>;

/// Whether a text is a recipe of Rooms (core/data/procedural/rooms), which are point clouds and no frames: it
/// says of which source.
bool names_rooms(const std::string& text);

/// kInput for a recipe of Rooms.
Expected<ProceduralRecipe> parse_procedural_recipe(const std::string& text, const std::string& file);
Expected<ProceduralRecipe> read_procedural_recipe(const std::filesystem::path& path);
/// An Error when a value is out of range.
Expected<void> check_procedural_recipe(const ProceduralRecipe& recipe, const std::string& file);
/// Name and files of the set.
ProceduralSet procedural_set(const ProceduralRecipe& recipe);
/// The recipe must have passed its check.
std::shared_ptr<const ProceduralGenerator> make_generator(const ProceduralRecipe& recipe);

}  // namespace alidade
