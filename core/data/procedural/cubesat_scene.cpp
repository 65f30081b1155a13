// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/cubesat_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/random.h"
#include "core/data/procedural/cubesat.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr double kDegree = std::numbers::pi / 180.0;

PinholeCamera camera_of(const CubesatRecipe& recipe) {
  const double focal = 0.5 * recipe.width / std::tan(0.5 * recipe.field_of_view_deg * kDegree);
  return {recipe.width, recipe.height, focal, focal, 0.5 * (recipe.width - 1), 0.5 * (recipe.height - 1)};
}

Eigen::Vector3d unit_vector(Random& random) {
  const double z = random.uniform(-1.0, 1.0), turn = random.uniform(0.0, 2.0 * std::numbers::pi);
  const double r = std::sqrt(1.0 - z * z);
  return {r * std::cos(turn), r * std::sin(turn), z};
}

/// The direction at `angle` from the z axis, turned about it by chance.
Eigen::Vector3d at_angle_from_z(Random& random, double angle) {
  const double turn = random.uniform(0.0, 2.0 * std::numbers::pi);
  return {std::sin(angle) * std::cos(turn), std::sin(angle) * std::sin(turn), std::cos(angle)};
}

/// A rotation by at most `most` radians, uniform in the rotations (density 1 - cos of the angle).
Eigen::Matrix3d rotation_up_to(Random& random, double most) {
  const Eigen::Vector3d axis = unit_vector(random);
  const double share = random.uniform() * (most - std::sin(most));
  double low = 0.0, high = most;
  for (int i = 0; i < 52; ++i) {
    const double middle = 0.5 * (low + high);
    (middle - std::sin(middle) < share ? low : high) = middle;
  }
  return rotation_about(axis, 0.5 * (low + high));
}

/// Where the satellite is: wholly in the image as far as it fits, and near the middle otherwise.
Eigen::Vector3d place_satellite(const CubesatRecipe& recipe, const PinholeCamera& camera, double diameter,
                                Random& random) {
  const double z = random.uniform(recipe.min_distance, recipe.max_distance);
  const double reach = 0.45 * diameter * camera.fx / z;
  const double u =
      camera.cx + random.uniform(-1.0, 1.0) * std::max(0.06 * camera.width, 0.5 * camera.width - reach);
  const double v =
      camera.cy + random.uniform(-1.0, 1.0) * std::max(0.06 * camera.height, 0.5 * camera.height - reach);
  return camera.unproject(u, v, z);
}

void light_up(CubesatScene& scene, const CubesatRecipe& recipe, Random& random) {
  const bool hard = recipe.lighting == CubesatRecipe::Lighting::kHard;
  const double low = (hard ? 20.0 : 75.0) * kDegree, high = (hard ? 75.0 : 115.0) * kDegree;
  const double from_behind = std::acos(random.uniform(std::cos(high), std::cos(low)));
  scene.to_sun = at_angle_from_z(random, std::numbers::pi - from_behind);
  const double exposure = random.uniform(), glare = random.uniform();
  scene.exposure = hard ? 0.85 + 0.3 * exposure : 0.45 * std::pow(2.2 / 0.45, exposure);
  scene.glare = hard || glare < 0.5 ? 0.0 : 2.0 * glare - 1.0;
}

/// Deep space, the limb in the image, or nothing but Earth.
void place_earth(CubesatScene& scene, const CubesatRecipe& recipe, Random& random) {
  scene.earth_distance = 1.05 * std::pow(1.6 / 1.05, random.uniform());
  const double radius = std::asin(1.0 / scene.earth_distance);
  const auto& camera = scene.camera;
  const double view = std::atan(0.5 * std::hypot(camera.width, camera.height) / camera.fx);
  const double kind = random.uniform(), place = random.uniform();
  using Sky = CubesatRecipe::Background;
  const double space = recipe.background == Sky::kSpace ? 1.0 : recipe.background == Sky::kEarth ? 0.0 : 0.4;
  const double nearest_free = std::min(radius + view + 0.15, 0.95 * std::numbers::pi);
  double angle = 0.0;
  if (kind < space) {
    angle = nearest_free + place * (std::numbers::pi - nearest_free);
  } else if (kind < 0.5 * (1.0 + space)) {
    angle = radius + (1.4 * place - 0.7) * view;
  } else {
    angle = place * std::max(0.0, radius - view);
  }
  scene.to_earth = at_angle_from_z(random, angle);
}

/// The share of the satellite that is seen, from a coarse picture.
double visible_share(const CubesatScene& scene) {
  constexpr double kWidth = 64.0;
  const double scale = kWidth / scene.camera.width;
  const auto& c = scene.camera;
  const PinholeCamera coarse{static_cast<int>(kWidth),
                             std::max(1, static_cast<int>(scale * c.height)),
                             scale * c.fx,
                             scale * c.fy,
                             scale * c.cx,
                             scale * c.cy};
  const auto items = scene.raster_items();
  std::int64_t counts[2] = {};
  for (const std::size_t num_items : {std::size_t{1}, items.size()}) {
    Rasterizer drawn(coarse);
    drawn.draw(std::span(items).first(num_items));
    for (int y = 0; y < coarse.height; ++y) {
      for (int x = 0; x < coarse.width; ++x) {
        counts[num_items > 1] += drawn.fragment(x, y).item == 0;
      }
    }
  }
  return static_cast<double>(counts[1]) / static_cast<double>(std::max<std::int64_t>(1, counts[0]));
}

/// Puts debris between the camera and some point of the satellite so that most of it stays visible.
void add_debris(CubesatScene& scene, double diameter, Random& random) {
  const auto& mesh = scene.satellite.craft->shape.mesh;
  constexpr int kTries = 30;
  for (int i = 0; i < kTries; ++i) {
    const auto vertex = random.index(static_cast<std::uint32_t>(mesh.vertices.size()));
    const Eigen::Vector3d hidden = scene.satellite.cam_from_craft * mesh.vertices[vertex].cast<double>();
    const double nearer = random.uniform(0.5, 0.85);
    const double radius = nearer * diameter * random.uniform(0.12, 0.4);
    const auto debris = std::make_shared<const Spacecraft>(make_debris(random.bits(), radius));
    const Eigen::Vector3d beside = 0.5 * radius * unit_vector(random);
    const Eigen::Matrix3d R = rotation_up_to(random, std::numbers::pi);
    scene.debris = {{debris, {R, nearer * hidden + beside}}};
    const double share = visible_share(scene);
    if (share >= 0.4 && share <= 0.95) {
      return;
    }
  }
  scene.debris.clear();
}

}  // namespace

Eigen::Matrix3d cubesat_reference_attitude() {
  const Eigen::Matrix3d facing = Eigen::Vector3d(1.0, -1.0, -1.0).asDiagonal();
  return rotation_about(Eigen::Vector3d::UnitX(), 20.0 * kDegree) * facing *
         rotation_about(Eigen::Vector3d::UnitY(), -30.0 * kDegree);
}

std::vector<RasterItem> CubesatScene::raster_items() const {
  std::vector<RasterItem> items{{&satellite.craft->shape.mesh, satellite.cam_from_craft}};
  for (const auto& piece : debris) {
    items.push_back({&piece.craft->shape.mesh, piece.cam_from_craft});
  }
  return items;
}

CubesatScene draw_cubesat_scene(const CubesatRecipe& recipe, std::uint64_t frame_seed,
                                const std::shared_ptr<const Spacecraft>& satellite, double diameter) {
  Random random(frame_seed);
  CubesatScene scene;
  scene.camera = camera_of(recipe);
  const Eigen::Matrix3d turn = rotation_up_to(random, recipe.max_rotation_deg * kDegree);
  scene.satellite = {
      satellite,
      {turn * cubesat_reference_attitude(), place_satellite(recipe, scene.camera, diameter, random)}};
  light_up(scene, recipe, random);
  place_earth(scene, recipe, random);
  scene.look_seed = random.bits();
  scene.grain_seed = random.bits();
  if (random.uniform() < recipe.occlusion) {
    add_debris(scene, diameter, random);
  }
  return scene;
}

}  // namespace alidade
