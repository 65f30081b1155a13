// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/data/point_scene.h"
#include "core/data/procedural/rooms/rooms_recipe.h"

namespace alidade {

/// A generated scene with what every point belongs to.
struct RoomsScene {
  PointScene scene;
  std::vector<std::int64_t> instance;  ///< [n], 1-based position in scene.boxes; 0 = none of them
  std::vector<std::int64_t> semantic;  ///< [n], category before label_shift; their number = none of them
};

/// Scene `index` of a recipe that has passed check_rooms_recipe(): a pure function of the recipe's split,
/// seed and choices and of the index, not of the number of scenes.
///
/// Boxes. Scans and offices: the bounds of the object's points in the cloud, as their real counterparts have
/// them. Views: the whole object, also where it is hidden or outside the image, turned by its yaw. An object
/// gets a box when at least `min_box_points` of the cloud's points are its own; in views also only when a
/// quarter of the rays that would meet it reach it and its middle is in front of the camera within 32 degrees
/// of its axis. The points of the others stay.
RoomsScene make_rooms_scene(const RoomsRecipe& recipe, std::size_t index);

/// "000017", names of written files.
std::string rooms_scene_name(std::size_t index);

/// A set that generates its scenes when they are loaded; format "Rooms (procedural)".
std::shared_ptr<const PointSceneSet> make_rooms_set(const RoomsRecipe& recipe);

}  // namespace alidade
