// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shape_families.h"
#include "core/data/procedural/shape_parts.h"

namespace alidade {
namespace {

/// The body of a teapot: radii at the foot, the belly and the opening over its height.
struct PotBody {
  double foot, belly, opening, height, belly_at, fullness;  ///< metres; belly_at as a share of the height

  double radius(double t) const {
    const double u = std::clamp(t, 0.0, 1.0);
    const double s = u < belly_at ? u / belly_at : (1.0 - u) / (1.0 - belly_at);
    const double swell = std::pow(std::sin(0.5 * std::numbers::pi * s), fullness);
    return u < belly_at ? foot + (belly - foot) * swell : opening + (belly - opening) * swell;
  }
};

PotBody draw_pot(Random& random) {
  const double belly = random.uniform(0.05, 0.078), height = belly * random.uniform(1.2, 1.9);
  return {belly * random.uniform(0.5, 0.72),  belly,
          belly * random.uniform(0.42, 0.58), height,
          random.uniform(0.36, 0.52),         random.uniform(0.5, 0.95)};
}

void add_pot_and_lid(MeshBuilder& builder, Random& random, const PotBody& pot, const Rgb& color,
                     const Rgb& lid) {
  ProfilePoints wall;
  constexpr int kSteps = 16;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    wall.emplace_back(pot.radius(t), t * pot.height);
  }
  const double dome = pot.opening * random.uniform(0.25, 0.6), rim = pot.opening * 1.04, y = pot.height;
  ProfilePoints cover;
  for (int i = 0; i <= 6; ++i) {
    const double angle = 0.5 * std::numbers::pi * i / 6;
    cover.emplace_back(std::max(0.004, rim * std::cos(angle)), y + 0.003 + dome * std::sin(angle));
  }
  const double knob = random.uniform(0.008, 0.014), base = y + 0.002 + dome;
  ProfilePoints ball;
  for (int i = 0; i <= 8; ++i) {
    const double angle = std::numbers::pi * (static_cast<double>(i) / 8 - 0.5);
    ball.emplace_back(i == 8 ? 0.0 : std::max(0.004, knob * std::cos(angle)),
                      base + 0.9 * knob * (1.0 + std::sin(angle)));
  }
  builder.revolve({{{{0.0, 0.0}, {pot.foot, 0.0}}, shade(color, 0.8)}, {wall, color}}, kRevolvedSegments);
  builder.revolve({{{{pot.opening, y}, {rim, y}}, lid},
                   {{{rim, y}, {rim, y + 0.003}}, lid},
                   {cover, lid},
                   {ball, random.uniform() < 0.6 ? lid : shade(lid, 0.6)}},
                  kRevolvedSegments);
}

/// The spout on +x, from within the body to the height of the opening.
void add_spout(MeshBuilder& builder, Random& random, const PotBody& pot, const Rgb& color) {
  const double low = pot.height * random.uniform(0.22, 0.42), high = pot.height * random.uniform(0.85, 1.05);
  const double start = 0.72 * pot.radius(low / pot.height), reach = pot.belly * random.uniform(0.75, 1.15);
  const double end = pot.belly + reach, bow = random.uniform(0.0, 0.5);
  const double thick = pot.belly * random.uniform(0.24, 0.36), thin = pot.belly * random.uniform(0.11, 0.16);
  std::vector<SweptSection> sections;
  constexpr int kSteps = 14;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    const double rise = (1.0 - bow) * t + bow * smooth_step(t);
    const double radius = thin + (thick - thin) * std::pow(1.0 - t, 1.6);
    sections.push_back({{start + (end - start) * t, low + (high - low) * rise}, radius, 0.9 * radius, color});
  }
  sweep(builder, sections, 14, false, true);
  // The mouth: a dark disc just before the end.
  const Eigen::Vector2d tip = sections.back().center;
  const Eigen::Vector2d along = (tip - sections[kSteps - 1].center).normalized(),
                        across(-along.y(), along.x());
  std::vector<Eigen::Vector3d> mouth;
  for (int s = 0; s < 14; ++s) {
    const double angle = 2.0 * std::numbers::pi * s / 14;
    const Eigen::Vector2d flat = tip + 0.0004 * along + 0.7 * thin * std::cos(angle) * across;
    mouth.emplace_back(flat.x(), flat.y(), 0.63 * thin * std::sin(angle));
  }
  builder.polygon(mouth, {26, 24, 22});
}

/// The handle: an ear on -x, or a bail over the lid.
void add_pot_handle(MeshBuilder& builder, Random& random, const PotBody& pot, bool bail, const Rgb& color) {
  const double thick = random.uniform(0.0038, 0.006), wide = thick * random.uniform(1.0, 1.7);
  const double low = random.uniform(0.16, 0.32), high = random.uniform(0.78, 0.92);
  const double reach = pot.belly * random.uniform(0.6, 0.85), arch = pot.height * random.uniform(0.75, 1.0);
  std::vector<SweptSection> sections;
  constexpr int kSteps = 20;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps, angle = std::numbers::pi * t;
    Eigen::Vector2d center;
    if (bail) {
      const double hold = 0.97 * pot.radius(high);
      center = {hold * std::cos(angle), high * pot.height - 0.004 + arch * std::pow(std::sin(angle), 0.8)};
    } else {
      const double at = low + (high - low) * (0.5 + 0.5 * std::cos(angle));
      center = {
          -(0.96 * pot.radius(low + (high - low) * (1.0 - t)) + reach * std::pow(std::sin(angle), 0.75)),
          at * pot.height};
    }
    sections.push_back({center, thick, wide, color});
  }
  sweep(builder, sections, 12, false, false);
}

}  // namespace

ShapeInstance make_teapot(Random& random) {
  const PotBody pot = draw_pot(random);
  const Rgb color = paint(random), lid = random.uniform() < 0.75 ? color : paint(random);
  const bool bail = random.uniform() < 0.25;
  const Rgb handle = bail || random.uniform() < 0.3
                         ? rgb_from_hsv(random.uniform(0.05, 0.1), 0.5, random.uniform(0.2, 0.5))
                         : color;
  MeshBuilder builder;
  add_pot_and_lid(builder, random, pot, color, lid);
  const std::size_t printed = builder.num_faces();
  add_spout(builder, random, pot, color);
  add_pot_handle(builder, random, pot, bail, handle);
  ShapeInstance shape;
  shape.mesh = builder.finish(shape.size);
  shape.num_printable_faces = printed;
  shape.gloss = random.uniform(0.3, 0.85);
  return shape;
}

}  // namespace alidade
