// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "core/data/procedural/shapes.h"
#include "core/data/procedural/tabletop_recipe.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// One thing standing on the table.
struct PlacedShape {
  std::shared_ptr<const ShapeInstance> shape;
  int object_id = 0;  ///< 0 = clutter
  Rigid3 world_from_obj;
};

/// A scene's items are the table, the room and from here on its things.
inline constexpr int kFirstThing = 2;

/// Geometry of one frame. World: y up, the table's top is y = 0 and its middle the origin; metres.
struct TabletopScene {
  PinholeCamera camera;
  Rigid3 cam_from_world;
  std::vector<PlacedShape> things;
  std::uint64_t look_seed = 0;   ///< light and textures
  std::uint64_t grain_seed = 0;  ///< color noise
  std::uint64_t noise_seed = 0;  ///< depth noise
};

/// The fixed surroundings, in world coordinates.
const Mesh& tabletop_table_mesh();
const Mesh& tabletop_room_mesh();

/// Draws objects, clutter and camera. `shape_of` gives the shape of an object id in 1..num_models. Things
/// stand upright and their footprints do not overlap.
TabletopScene draw_tabletop_scene(const TabletopRecipe& recipe, std::uint64_t frame_seed, int num_models,
                                  const std::function<std::shared_ptr<const ShapeInstance>(int)>& shape_of);

/// The pose of a camera at `eye` that looks at `target`, turned by `roll` about its axis (radians).
Rigid3 tabletop_look_at(const Eigen::Vector3d& eye, const Eigen::Vector3d& target, double roll);
/// True when a camera at `eye` would be within 15 cm of a thing's bounding sphere.
bool too_close_to_things(const TabletopScene& scene, const Eigen::Vector3d& eye);

/// Puts the camera of a scene drawn from `scene_seed` where it is in frame `index` of a sequence, and gives
/// this frame its own noise. The path is a smooth function of time: steadily around the table, while height,
/// distance, aim and roll swing within the recipe's bounds.
void move_tabletop_camera(TabletopScene& scene, const TabletopRecipe& recipe, std::uint64_t scene_seed,
                          int index);

}  // namespace alidade
