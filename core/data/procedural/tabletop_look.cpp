// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/tabletop_look.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/random.h"
#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/value_noise.h"

namespace alidade {
namespace {

constexpr int kMapSize = 96;
constexpr double kMapHalf = 0.6;  // metres

Eigen::Vector3d linear_from_hsv(double hue, double saturation, double value) {
  const Rgb rgb = rgb_from_hsv(hue, saturation, value);
  const Eigen::Vector3d c = Eigen::Vector3d(rgb[0], rgb[1], rgb[2]) / 255.0;
  return c.cwiseProduct(c);
}

Eigen::Vector3d mix(const Eigen::Vector3d& a, const Eigen::Vector3d& b, double t) {
  return a + (b - a) * t;
}

// Distance from (x, z) to the rectangle a thing covers; 0 inside.
double footprint_distance(const PlacedShape& thing, double x, double z) {
  const Eigen::Vector3d local = thing.world_from_obj.R.transpose() *
                                (Eigen::Vector3d(x, 0.0, z) - Eigen::Vector3d(thing.world_from_obj.t.x(), 0.0,
                                                                              thing.world_from_obj.t.z()));
  const auto& size = thing.shape->size;
  if (!thing.shape->symmetry.axes.empty()) {
    return std::max(0.0, std::hypot(local.x(), local.z()) - 0.42 * size.x());
  }
  const double dx = std::max(0.0, std::abs(local.x()) - 0.46 * size.x());
  const double dz = std::max(0.0, std::abs(local.z()) - 0.46 * size.z());
  return std::hypot(dx, dz);
}

}  // namespace

TabletopLook::TabletopLook(const TabletopScene& scene) {
  Random random(scene.look_seed);
  texture_seed_ = static_cast<std::uint32_t>(random.bits());
  const double turn = random.uniform(0.0, 2.0 * std::numbers::pi);
  turn_cos_ = std::cos(turn), turn_sin_ = std::sin(turn);
  scale_ = random.uniform(0.8, 1.3);
  const double kind = random.uniform();
  if (kind < 0.5) {
    surface_ = Surface::kWood;
    const double hue = random.uniform(0.06, 0.1), value = random.uniform(0.45, 0.85);
    table_a_ = linear_from_hsv(hue, random.uniform(0.3, 0.5), value);
    table_b_ = linear_from_hsv(hue - 0.01, random.uniform(0.45, 0.62), 0.72 * value);
  } else if (kind < 0.7) {
    surface_ = Surface::kStone;
    const double hue = random.uniform(), value = random.uniform(0.6, 0.9);
    table_a_ = linear_from_hsv(hue, random.uniform(0.0, 0.08), value);
    table_b_ = linear_from_hsv(hue, 0.06, 0.8 * value);
  } else if (kind < 0.82) {
    surface_ = Surface::kCloth;
    const double hue = random.uniform();
    table_a_ = linear_from_hsv(hue, random.uniform(0.03, 0.12), 0.9);
    table_b_ = linear_from_hsv(hue, random.uniform(0.2, 0.45), random.uniform(0.6, 0.8));
  } else {
    surface_ = Surface::kPlain;
    table_a_ = linear_from_hsv(random.uniform(), random.uniform(0.03, 0.25), random.uniform(0.65, 0.92));
    table_b_ = 0.93 * table_a_;
  }
  const double wall_hue = random.uniform(), wall = random.uniform(0.68, 0.9),
               tint = random.uniform(0.03, 0.2);
  wall_low_ = linear_from_hsv(wall_hue, tint, 0.86 * wall);
  wall_high_ = linear_from_hsv(wall_hue, 0.6 * tint, wall);
  floor_ = linear_from_hsv(random.uniform(0.04, 0.12), random.uniform(0.1, 0.35), random.uniform(0.3, 0.55));
  const double azimuth = random.uniform(0.0, 2.0 * std::numbers::pi), up = random.uniform(0.62, 0.9);
  const double level = std::sqrt(1.0 - up * up);
  light_position = 2.2 * Eigen::Vector3d(level * std::cos(azimuth), up, level * std::sin(azimuth));
  const double warmth = random.uniform(-0.05, 0.1), strength = random.uniform(0.72, 0.95);
  light_color = strength * Eigen::Vector3d(1.0 + warmth, 1.0, 1.0 - warmth);
  sky_color = random.uniform(0.42, 0.56) * Eigen::Vector3d(0.96 - 0.5 * warmth, 1.0, 1.05 + 0.5 * warmth);
  ground_color = 0.42 * table_a_ + Eigen::Vector3d::Constant(0.1);
  color_noise = random.uniform(0.8, 2.0);
  map_openness(scene);
}

void TabletopLook::map_openness(const TabletopScene& scene) {
  openness_.assign(kMapSize * kMapSize, 1.0F);
  for (const auto& thing : scene.things) {
    const double width = std::clamp(0.35 * thing.shape->size.y(), 0.008, 0.035);
    const double reach = 0.5 * std::hypot(thing.shape->size.x(), thing.shape->size.z()) + 4.0 * width;
    for (int j = 0; j < kMapSize; ++j) {
      const double z = ((j + 0.5) / kMapSize * 2.0 - 1.0) * kMapHalf;
      if (std::abs(z - thing.world_from_obj.t.z()) > reach) {
        continue;
      }
      for (int i = 0; i < kMapSize; ++i) {
        const double x = ((i + 0.5) / kMapSize * 2.0 - 1.0) * kMapHalf;
        if (std::abs(x - thing.world_from_obj.t.x()) > reach) {
          continue;
        }
        const double d = footprint_distance(thing, x, z);
        openness_[j * kMapSize + i] *= static_cast<float>(1.0 - 0.62 * std::exp(-d / width));
      }
    }
  }
}

double TabletopLook::table_openness(double x, double z) const {
  const double u = (x / kMapHalf + 1.0) * 0.5 * kMapSize - 0.5,
               v = (z / kMapHalf + 1.0) * 0.5 * kMapSize - 0.5;
  if (u < 0.0 || v < 0.0 || u >= kMapSize - 1 || v >= kMapSize - 1) {
    return 1.0;
  }
  const int i = static_cast<int>(u), j = static_cast<int>(v);
  const double a = u - i, b = v - j;
  const float* cell = &openness_[j * kMapSize + i];
  return (cell[0] * (1.0 - a) + cell[1] * a) * (1.0 - b) +
         (cell[kMapSize] * (1.0 - a) + cell[kMapSize + 1] * a) * b;
}

Eigen::Vector3d TabletopLook::table(double x, double z) const {
  const double u = (turn_cos_ * x - turn_sin_ * z) * scale_, v = (turn_sin_ * x + turn_cos_ * z) * scale_;
  switch (surface_) {
    case Surface::kWood: {
      constexpr double kPlank = 0.14;
      const double plank = std::floor(v / kPlank), across = v / kPlank - plank;
      const double own = lattice_noise(static_cast<std::int32_t>(plank), 7, texture_seed_);
      const double wave = value_noise(u * 2.5 + 31.0 * own, v * 14.0, texture_seed_);
      const double grain = value_noise(u * 5.0 + 17.0 * own, v * 150.0 + 5.0 * wave, texture_seed_ + 1);
      const double seam = std::min(across, 1.0 - across) < 0.012 ? 0.55 : 1.0;
      const double t = std::clamp(0.3 * own + 0.4 * wave + 0.3 * grain, 0.0, 1.0);
      return seam * mix(table_a_, table_b_, t);
    }
    case Surface::kStone: {
      const double large = value_noise(u * 9.0, v * 9.0, texture_seed_),
                   fine = value_noise(u * 130.0, v * 130.0, texture_seed_ + 1);
      return mix(table_a_, table_b_, std::clamp(0.6 * large + 0.6 * (fine - 0.3), 0.0, 1.0));
    }
    case Surface::kCloth: {
      constexpr double kCheck = 0.06;
      const auto stripe = [](double w) {
        return w / kCheck - 2.0 * std::floor(0.5 * w / kCheck) < 1.0 ? 0.0 : 0.5;
      };
      return mix(table_a_, table_b_, stripe(u) + stripe(v)) *
             (0.94 + 0.12 * value_noise(u * 400.0, v * 400.0, texture_seed_));
    }
    case Surface::kPlain:
      break;
  }
  return mix(table_a_, table_b_, value_noise(u * 60.0, v * 60.0, texture_seed_));
}

Eigen::Vector3d TabletopLook::room(const Eigen::Vector3d& point) const {
  if (point.y() < -0.735) {
    return floor_ * (0.9 + 0.2 * value_noise(point.x() * 4.0, point.z() * 4.0, texture_seed_));
  }
  return mix(wall_low_, wall_high_, std::clamp((point.y() + 0.5) / 2.2, 0.0, 1.0));
}

}  // namespace alidade
