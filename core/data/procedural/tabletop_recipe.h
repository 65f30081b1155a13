// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/data/procedural/shapes.h"

namespace alidade {

/// What a Tabletop set contains; read from resources/recipes/tabletop/*.toml. The models depend on (split,
/// seed), so that different splits never share an instance.
struct TabletopRecipe {
  std::string split = "train";  ///< 1..32 letters, digits, '-' or '_'
  std::uint64_t seed = 1;
  int frames = 100;               ///< 1..1e6
  int width = 320, height = 240;  ///< pixels, 32..2048
  int min_objects = 3, max_objects = 6;
  int min_clutter = 0, max_clutter = 3;
  int models_per_category = 20;                              ///< 1..10000
  double field_of_view_deg = 57.0;                           ///< horizontal
  double min_distance = 0.5, max_distance = 1.2;             ///< metres, camera to the middle of the table
  double min_elevation_deg = 8.0, max_elevation_deg = 80.0;  ///< above the table
  double roll_sigma_deg = 8.0;
  double depth_noise = 1.0;  ///< factor on the sensor noise (1.2 mm z^2 + 0.4 mm, dropouts); 0 = exact depth
  double depth_unit_mm = 0.1;  ///< step of the stored depth; range is 65535 steps
  int jpeg_quality = 92;       ///< of the written color images
  /// 0 = every frame is a scene of its own; N >= 2 = a scene is filmed for N frames by a moving camera, and
  /// `frames` counts those of all sequences (the last one may be cut short). At most 10000.
  int sequence_frames = 0;
  double frame_rate_hz = 30.0;  ///< of the sequences, 1..1000
  /// The categories of the objects, in the order of their ids: different ones of all_shape_categories().
  std::vector<std::string> categories = shape_categories();
  bool printed = false;  ///< print_surface() for every object; clutter stays plain

  int num_models() const { return models_per_category * static_cast<int>(categories.size()); }
  int num_sequences() const {
    return sequence_frames > 0 ? (frames + sequence_frames - 1) / sequence_frames : 0;
  }
};

/// Parses the text of a recipe; `file` is named in errors. Unknown keys and values out of range are errors.
Expected<TabletopRecipe> parse_tabletop_recipe(const std::string& text, const std::string& file);
Expected<TabletopRecipe> read_tabletop_recipe(const std::filesystem::path& path);
/// An Error when a value is out of range.
Expected<void> check_tabletop_recipe(const TabletopRecipe& recipe, const std::string& file);
/// One JSON object on one line, all keys in the order of the struct; those of sequences only where there are
/// some, categories and print only where they are not the default, so that a set of stills keeps its digest.
std::string to_json(const TabletopRecipe& recipe);

}  // namespace alidade
