// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/random.h"
#include "core/base/constants.h"
#include "core/data/procedural/tabletop_scene.h"

namespace alidade {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

/// Swings between two values, at a period and a phase of its own.
struct Swing {
  double low, high, period, phase;

  double at(double time) const {
    return low + (high - low) * (0.5 + 0.5 * std::sin(kTurn * time / period + phase));
  }
};

Swing draw_swing(Random& random, double low, double high) {
  return {low, high, random.uniform(8.0, 16.0), random.uniform(0.0, kTurn)};
}

/// Where the camera is and looks at any time (seconds).
struct CameraPath {
  double azimuth, speed;  ///< radians, radians per second
  Swing elevation, distance, aim_x, aim_y, aim_z, roll;

  CameraPath(const TabletopRecipe& recipe, std::uint64_t seed) : CameraPath(recipe, Random(seed)) {}

  Eigen::Vector3d target(double time) const { return {aim_x.at(time), aim_y.at(time), aim_z.at(time)}; }
  Eigen::Vector3d direction(double time) const {
    const double angle = azimuth + speed * time, up = elevation.at(time);
    return {std::cos(up) * std::cos(angle), std::sin(up), std::cos(up) * std::sin(angle)};
  }

 private:
  // Members are initialized in their order: every draw has its place.
  CameraPath(const TabletopRecipe& recipe, Random random)
      : azimuth(random.uniform(0.0, kTurn)),
        speed(random.uniform(12.0, 30.0) * kRadiansPerDegree * (random.index(2) == 0 ? -1.0 : 1.0)),
        elevation(draw_swing(random, recipe.min_elevation_deg * kRadiansPerDegree, recipe.max_elevation_deg * kRadiansPerDegree)),
        distance(draw_swing(random, recipe.min_distance, recipe.max_distance)),
        aim_x(draw_swing(random, -0.04, 0.04)),
        aim_y(draw_swing(random, 0.02, 0.08)),
        aim_z(draw_swing(random, -0.04, 0.04)),
        roll(draw_swing(random, -recipe.roll_sigma_deg * kRadiansPerDegree, recipe.roll_sigma_deg * kRadiansPerDegree)) {}
};

/// How much farther the whole path must be, so that no frame of it is inside a thing.
double widening(const TabletopScene& scene, const TabletopRecipe& recipe, const CameraPath& path) {
  double factor = 1.0;
  for (int i = 0, tries = 0; i < recipe.sequence_frames; ++i) {
    const double time = i / recipe.frame_rate_hz;
    while (tries < 12 && too_close_to_things(scene, path.target(time) + factor * path.distance.at(time) *
                                                                            path.direction(time))) {
      factor *= 1.08;
      ++tries;
    }
  }
  return factor;
}

}  // namespace

void move_tabletop_camera(TabletopScene& scene, const TabletopRecipe& recipe, std::uint64_t scene_seed,
                          int index) {
  const CameraPath path(recipe, mix_seed(scene_seed, 3));
  const double time = index / recipe.frame_rate_hz;
  const double distance = widening(scene, recipe, path) * path.distance.at(time);
  const Eigen::Vector3d target = path.target(time);
  scene.cam_from_world =
      tabletop_look_at(target + distance * path.direction(time), target, path.roll.at(time));
  scene.grain_seed = mix_seed(scene.grain_seed, static_cast<std::uint64_t>(index));
  scene.noise_seed = mix_seed(scene.noise_seed, static_cast<std::uint64_t>(index));
}

}  // namespace alidade
