// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "core/data/procedural/cubesat_model.h"
#include "core/data/procedural/cubesat_recipe.h"
#include "core/data/rasterizer.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// A body in front of the camera.
struct PlacedCraft {
  std::shared_ptr<const Spacecraft> craft;
  Rigid3 cam_from_craft;
};

/// Geometry and light of one frame, in the camera frame; metres, the Earth in its own radii.
struct CubesatScene {
  PinholeCamera camera;
  PlacedCraft satellite;
  std::vector<PlacedCraft> debris;
  Eigen::Vector3d to_sun, to_earth;  ///< unit vectors to the sun and the middle of the Earth
  double earth_distance = 1.1;       ///< to the middle of the Earth, in its radii
  double exposure = 1.0;             ///< 1: white paint that faces the sun is just white
  double glare = 0.0;                ///< stray light of the sun, 0..1
  std::uint64_t look_seed = 0;       ///< stars, clouds and land
  std::uint64_t grain_seed = 0;      ///< sensor noise

  /// The satellite first, then the debris.
  std::vector<RasterItem> raster_items() const;
};

/// Draws attitude, place, debris, sun and Earth. `diameter` is that of the satellite.
CubesatScene draw_cubesat_scene(const CubesatRecipe& recipe, std::uint64_t frame_seed,
                                const std::shared_ptr<const Spacecraft>& satellite, double diameter);

}  // namespace alidade
