// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// What a Rooms set contains: indoor scenes as point clouds; read from resources/recipes/rooms/*.toml, which
/// begin with generator = "rooms" and name their source.
struct RoomsRecipe {
  /// kScans: whole reconstructed rooms, boxes along the axes (as ScanNet). kViews: what one depth camera
  /// sees, with its noise, boxes turned about z (as SUN RGB-D). kOffices: large rooms, boxes along the axes
  /// (as S3DIS).
  enum class Source { kScans, kViews, kOffices };

  Source source = Source::kScans;
  std::string set;              ///< name of the set; empty = that of the source
  std::string split = "train";  ///< 1..32 letters, digits, '-' or '_'
  std::uint64_t seed = 1;
  int scenes = 100;         ///< 1..1e5
  int points = 30000;       ///< at most that many per scene, 100..1e6
  int min_box_points = 50;  ///< an object with fewer of the scene's points gets no box, 1..1e4
  double noise = 1.0;       ///< factor on the sensor's noise, 0..20
  double scale = 1.0;       ///< of points and boxes, 0.1..10: another than 1 contradicts the other sources
  int label_shift = 0;  ///< category i is labelled i + label_shift: another than 0 contradicts the geometry
};

/// The source's name in recipes: "scans", "views", "offices".
std::string rooms_source_name(RoomsRecipe::Source source);
/// "rooms-scans-train".
std::string rooms_set_name(const RoomsRecipe& recipe);
/// The classes of a source, in order. Shared names are chair, sofa and table; "bookshelf" of scans and
/// "bookcase" of offices are one shape.
const std::vector<std::string>& rooms_categories(RoomsRecipe::Source source);

/// Parses the text of a recipe; `file` is named in errors. Unknown keys and values out of range are errors.
Expected<RoomsRecipe> parse_rooms_recipe(const std::string& text, const std::string& file);
Expected<RoomsRecipe> read_rooms_recipe(const std::filesystem::path& path);
/// An Error when a value is out of range.
Expected<void> check_rooms_recipe(const RoomsRecipe& recipe, const std::string& file);
/// One JSON object on one line, with all keys.
std::string to_json(const RoomsRecipe& recipe);

}  // namespace alidade
