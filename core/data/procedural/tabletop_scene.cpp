// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/tabletop_scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

#include "core/base/constants.h"
#include "core/base/random.h"
#include "core/data/procedural/mesh_builder.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

/// The rectangle a thing covers on the table.
struct Footprint {
  Eigen::Vector2d center;  ///< (x, z)
  Eigen::Vector2d half;
  double yaw;

  std::array<Eigen::Vector2d, 2> axes() const {  // of R_y(yaw): x -> (cos, -sin), z -> (sin, cos)
    return {Eigen::Vector2d(std::cos(yaw), -std::sin(yaw)), Eigen::Vector2d(std::sin(yaw), std::cos(yaw))};
  }
};

// Separating axes of two rectangles.
bool overlap(const Footprint& a, const Footprint& b) {
  const auto axes_a = a.axes(), axes_b = b.axes();
  const Eigen::Vector2d between = b.center - a.center;
  for (const auto& axis : {axes_a[0], axes_a[1], axes_b[0], axes_b[1]}) {
    double reach = 0.0;
    for (int i = 0; i < 2; ++i) {
      reach += a.half[i] * std::abs(axis.dot(axes_a[i])) + b.half[i] * std::abs(axis.dot(axes_b[i]));
    }
    if (std::abs(axis.dot(between)) > reach) {
      return false;
    }
  }
  return true;
}

Footprint place(Random& random, const Eigen::Vector3d& size, const std::vector<Footprint>& taken) {
  constexpr double kGap = 0.006;
  Footprint print;
  print.half = Eigen::Vector2d(0.5 * size.x() + 0.5 * kGap, 0.5 * size.z() + 0.5 * kGap);
  double reach = 0.16;
  do {  // the disc grows until there is room, which it must find in the end
    const double radius = reach * std::sqrt(random.uniform()),
                 angle = random.uniform(0.0, 2.0 * std::numbers::pi);
    print.center = {radius * std::cos(angle), radius * std::sin(angle)};
    print.yaw = random.uniform(0.0, 2.0 * std::numbers::pi);
    reach *= 1.015;
  } while (std::any_of(taken.begin(), taken.end(), [&](const auto& other) { return overlap(print, other); }));
  return print;
}

void add_thing(TabletopScene& scene, Random& random, std::vector<Footprint>& taken,
               std::shared_ptr<const ShapeInstance> shape, int object_id) {
  const Footprint print = place(random, shape->size, taken);
  taken.push_back(print);
  const Rigid3 pose{rotation_about(Eigen::Vector3d::UnitY(), print.yaw),
                    {print.center.x(), 0.5 * shape->size.y(), print.center.y()}};
  scene.things.push_back({std::move(shape), object_id, pose});
}

void draw_camera(TabletopScene& scene, const TabletopRecipe& recipe, Random& random) {
  const double low = std::sin(recipe.min_elevation_deg * kRadiansPerDegree),
               high = std::sin(recipe.max_elevation_deg * kRadiansPerDegree);
  const double up = random.uniform(low, high), level = std::sqrt(std::max(0.0, 1.0 - up * up));
  const double azimuth = random.uniform(0.0, 2.0 * std::numbers::pi);
  const Eigen::Vector3d direction(level * std::cos(azimuth), up, level * std::sin(azimuth));
  const Eigen::Vector3d target(random.uniform(-0.04, 0.04), random.uniform(0.02, 0.08),
                               random.uniform(-0.04, 0.04));
  double distance = random.uniform(recipe.min_distance, recipe.max_distance);
  for (int i = 0; i < 12 && too_close_to_things(scene, target + distance * direction); ++i) {
    distance *= 1.08;
  }
  scene.cam_from_world = tabletop_look_at(target + distance * direction, target,
                                          recipe.roll_sigma_deg * kRadiansPerDegree * random.normal());
  const double focal = 0.5 * recipe.width / std::tan(0.5 * recipe.field_of_view_deg * kRadiansPerDegree);
  scene.camera = {
      recipe.width, recipe.height, focal, focal, 0.5 * (recipe.width - 1), 0.5 * (recipe.height - 1)};
}

}  // namespace

Rigid3 tabletop_look_at(const Eigen::Vector3d& eye, const Eigen::Vector3d& target, double roll) {
  const Eigen::Vector3d forward = (target - eye).normalized();
  const Eigen::Vector3d right = forward.cross(Eigen::Vector3d::UnitY()).normalized();
  Eigen::Matrix3d R;
  R << right.transpose(), forward.cross(right).transpose(), forward.transpose();
  const Eigen::Matrix3d rolled = rotation_about(Eigen::Vector3d::UnitZ(), roll) * R;
  return {rolled, -(rolled * eye)};
}

bool too_close_to_things(const TabletopScene& scene, const Eigen::Vector3d& eye) {
  return std::any_of(scene.things.begin(), scene.things.end(), [&](const PlacedShape& thing) {
    return (thing.world_from_obj.t - eye).norm() < 0.5 * thing.shape->size.norm() + 0.15;
  });
}

const Mesh& tabletop_table_mesh() {
  static const Mesh mesh = [] {
    MeshBuilder builder;
    builder.box({0.0, 0.0, 0.0}, {1.9, 0.04, 1.9}, 0.004, {255, 255, 255});
    Eigen::Vector3d size;
    Mesh built = builder.finish(size);
    for (auto& vertex : built.vertices) {
      vertex.y() = vertex.y() > 0.019F ? 0.0F : vertex.y() - 0.02F;
    }
    return built;
  }();
  return mesh;
}

const Mesh& tabletop_room_mesh() {
  static const Mesh mesh = [] {
    constexpr double kHalf = 2.6, kFloor = -0.74, kCeiling = 2.4, kMiddle = 0.5 * (kFloor + kCeiling);
    const Eigen::Vector3d up(0.0, 0.5 * (kCeiling - kFloor), 0.0);
    const Rgb white{255, 255, 255};
    MeshBuilder builder;
    builder.rectangle({0, kFloor, 0}, {0, 0, kHalf}, {kHalf, 0, 0}, white);
    builder.rectangle({0, kCeiling, 0}, {kHalf, 0, 0}, {0, 0, kHalf}, white);
    builder.rectangle({-kHalf, kMiddle, 0}, up, {0, 0, kHalf}, white);
    builder.rectangle({kHalf, kMiddle, 0}, {0, 0, kHalf}, up, white);
    builder.rectangle({0, kMiddle, -kHalf}, {kHalf, 0, 0}, up, white);
    builder.rectangle({0, kMiddle, kHalf}, up, {kHalf, 0, 0}, white);
    Eigen::Vector3d size, center;
    Mesh built = builder.finish(size, &center);
    for (auto& vertex : built.vertices) {
      vertex += center.cast<float>();
    }
    return built;
  }();
  return mesh;
}

TabletopScene draw_tabletop_scene(const TabletopRecipe& recipe, std::uint64_t frame_seed, int num_models,
                                  const std::function<std::shared_ptr<const ShapeInstance>(int)>& shape_of) {
  Random random(mix_seed(frame_seed, 0));
  TabletopScene scene;
  scene.look_seed = mix_seed(frame_seed, 1);
  scene.grain_seed = mix_seed(scene.look_seed, 9);
  scene.noise_seed = mix_seed(frame_seed, 2);
  std::vector<Footprint> taken;
  const auto between = [&](int low, int high) {
    return low + static_cast<int>(random.index(static_cast<std::uint32_t>(high - low + 1)));
  };
  const int num_objects = between(recipe.min_objects, recipe.max_objects);
  for (int i = 0; i < num_objects; ++i) {
    const int id = 1 + static_cast<int>(random.index(static_cast<std::uint32_t>(num_models)));
    add_thing(scene, random, taken, shape_of(id), id);
  }
  // Where boxes are a category, a carton without annotation would be one that somebody forgot.
  const bool cartons =
      std::find(recipe.categories.begin(), recipe.categories.end(), "box") == recipe.categories.end();
  const int num_clutter = between(recipe.min_clutter, recipe.max_clutter);
  for (int i = 0; i < num_clutter; ++i) {
    add_thing(scene, random, taken,
              std::make_shared<const ShapeInstance>(make_clutter(random.bits(), cartons)), 0);
  }
  draw_camera(scene, recipe, random);
  return scene;
}

}  // namespace alidade
