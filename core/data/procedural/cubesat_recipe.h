// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "core/base/expected.h"

namespace alidade {

/// What a Cubesat set contains: one satellite in orbit; read from resources/recipes/cubesat/*.toml, which
/// begin with generator = "cubesat". The satellite is the same in all splits.
struct CubesatRecipe {
  enum class Satellite { kCubesat, kProbe };
  /// kHard: the sun 20 to 75 degrees from behind the camera. kUnseen: 75 to 115 degrees, exposures from 0.45
  /// to 2.2, glare in every second frame.
  enum class Lighting { kHard, kUnseen };
  /// kMixed: two fifths deep space, the limb of the Earth or nothing but Earth in the others; kEarth: half
  /// limb, half nothing but Earth.
  enum class Background { kMixed, kSpace, kEarth };

  std::string split = "train";  ///< 1..32 letters, digits, '-' or '_'
  std::uint64_t seed = 1;
  int frames = 100;             ///< 1..1e6
  int width = 96, height = 96;  ///< pixels, 32..2048
  Satellite satellite = Satellite::kCubesat;
  double field_of_view_deg = 20.0;                ///< horizontal, 5..90
  double min_distance = 2.0, max_distance = 5.9;  ///< metres along the optical axis, 1..30
  double max_rotation_deg =
      60.0;                ///< from cubesat_reference_attitude(), uniform in SO(3) up to there; 0..180
  double occlusion = 0.0;  ///< share of frames with debris in front, 0..1
  Lighting lighting = Lighting::kHard;
  Background background = Background::kMixed;
  double sensor_noise = 1.0;   ///< factor on shot and read noise, 0..20
  double depth_unit_mm = 0.5;  ///< step of the stored depth; range is 65535 steps
  int jpeg_quality = 95;       ///< of the written color images
};

/// The satellite's name in recipes, and its category: "cubesat", "probe".
std::string satellite_name(CubesatRecipe::Satellite satellite);

/// Whether a text is a recipe of some named generator; those of Tabletop name none.
bool names_generator(const std::string& text);
/// Parses the text of a recipe; `file` is named in errors. Unknown keys and values out of range are errors.
Expected<CubesatRecipe> parse_cubesat_recipe(const std::string& text, const std::string& file);
/// An Error when a value is out of range.
Expected<void> check_cubesat_recipe(const CubesatRecipe& recipe, const std::string& file);
/// One JSON object on one line, with all keys.
std::string to_json(const CubesatRecipe& recipe);

}  // namespace alidade
