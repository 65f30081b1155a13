// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shape_families.h"
#include "core/data/procedural/shape_parts.h"

namespace alidade {
namespace {

/// The outer wall of a tea or coffee cup over its height fraction, metres.
std::function<double(double)> cup_wall(Random& random, double rim) {
  const double foot = rim * random.uniform(0.48, 0.72), bulge = random.uniform(0.35, 0.85);
  const double flare = random.uniform() < 0.5 ? random.uniform(0.03, 0.1) : 0.0;
  return [=](double t) {
    return (foot + (rim - foot) * std::pow(t, bulge)) * (1.0 - flare) + rim * flare * std::pow(t, 5.0);
  };
}

/// The handle of a cup on +x: an ear or a ring from `top` to `bottom` (heights).
std::vector<SweptSection> cup_handle(const std::function<double(double)>& radius, double height,
                                     Random& random, double wall, const Rgb& color) {
  const double top = height * random.uniform(0.74, 0.88), bottom = height * random.uniform(0.22, 0.38);
  const double reach = random.uniform(0.017, 0.028), round = random.uniform(0.55, 1.0);
  const double thick = random.uniform(0.0026, 0.004), wide = random.uniform(0.0032, 0.0065);
  const double rise = random.uniform(0.0, 0.2);
  std::vector<SweptSection> sections;
  constexpr int kSteps = 18;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps, angle = std::numbers::pi * t;
    const double y =
        top + (bottom - top) * (0.5 - 0.5 * std::cos(angle)) + rise * height * std::sin(angle) * (1.0 - t);
    const double base = radius(std::clamp((top + (bottom - top) * t) / height, 0.0, 1.0)) - 0.6 * wall;
    const double out = reach * std::pow(std::sin(angle), round);
    sections.push_back({{base + out, y}, thick, wide * (1.0 - 0.25 * std::sin(angle)), color});
  }
  return sections;
}

/// A wall from (radius, height) to (radius, height) of a glass; above the liquid it is clear.
struct GlassLook {
  Rgb clear, liquid;
  double level;  ///< height of the liquid, metres; below the glass when it is empty
};

/// Cuts a wall at the level of the liquid; `tinted` is the color below it.
void add_glass_wall(std::vector<ProfilePiece>& pieces, const ProfilePoints& wall, const GlassLook& look,
                    const Rgb& tinted) {
  ProfilePiece piece{{wall.front()}, wall.front().y() < look.level ? tinted : look.clear};
  for (std::size_t i = 1; i < wall.size(); ++i) {
    const auto &a = wall[i - 1], &b = wall[i];
    if ((a.y() < look.level) != (b.y() < look.level)) {
      const Eigen::Vector2d cut = a + (b - a) * ((look.level - a.y()) / (b.y() - a.y()));
      piece.points.push_back(cut);
      pieces.push_back(piece);
      piece = {{cut}, b.y() < look.level ? tinted : look.clear};
    }
    piece.points.push_back(b);
  }
  pieces.push_back(std::move(piece));
}

/// The bowl of a glass from `floor` up to `height`: outside, lip, and inside down to the liquid or the floor.
void add_glass_bowl(std::vector<ProfilePiece>& pieces, const std::function<double(double)>& radius,
                    double from, double floor, double height, double wall, const GlassLook& look) {
  constexpr int kSteps = 14;
  ProfilePoints outer, inner;
  const double top = height - 0.5 * wall;
  for (int i = 0; i <= kSteps; ++i) {
    outer.emplace_back(radius(static_cast<double>(i) / kSteps), from + (top - from) * i / kSteps);
  }
  for (int i = kSteps; i >= 0; --i) {
    const double y = floor + (top - floor) * i / kSteps;
    inner.emplace_back(std::max(0.0015, radius((y - from) / (top - from)) - wall), y);
  }
  add_glass_wall(pieces, outer, look, blend(look.clear, look.liquid, 0.6));
  pieces.push_back(
      {arc(radius(1.0) - 0.5 * wall, top, 0.5 * wall, 0.0, std::numbers::pi, 4), shade(look.clear, 1.12)});
  ProfilePoints dry{inner.front()};
  for (std::size_t i = 1; i < inner.size() && inner[i].y() > look.level; ++i) {
    dry.push_back(inner[i]);
  }
  if (look.level > floor) {
    dry.emplace_back(std::max(0.0015, radius((look.level - from) / (top - from)) - wall), look.level);
  }
  const Eigen::Vector2d edge = dry.back();
  pieces.push_back({std::move(dry), shade(look.clear, 0.93)});
  pieces.push_back({{edge, {0.0, edge.y()}}, look.level > floor ? look.liquid : shade(look.clear, 0.85)});
}

GlassLook glass_look(Random& random, double floor, double height) {
  const double hue = random.uniform(0.45, 0.65), tint = random.uniform() < 0.75 ? 0.06 : 0.35;
  GlassLook look{rgb_from_hsv(hue, tint, random.uniform(0.72, 0.92)), {}, -1.0};
  const double drink = random.uniform(), fill = random.uniform(0.25, 0.75);
  look.liquid = drink < 0.4   ? rgb_from_hsv(0.97, 0.8, random.uniform(0.28, 0.5))    // red wine
                : drink < 0.7 ? rgb_from_hsv(random.uniform(0.08, 0.15), 0.75, 0.85)  // juice
                              : rgb_from_hsv(0.55, 0.15, 0.8);                        // water
  if (random.uniform() < 0.5) {
    look.level = floor + fill * (height - floor);
  }
  return look;
}

void build_tumbler(MeshBuilder& builder, Random& random) {
  const double height = random.uniform(0.08, 0.16), rim = random.uniform(0.03, 0.044);
  const double taper = random.uniform(0.0, 0.28), belly = random.uniform(-0.04, 0.1);
  const auto radius = [=](double t) {
    return rim * (1.0 - taper * (1.0 - t) + belly * std::sin(std::numbers::pi * t));
  };
  const double floor = random.uniform(0.006, 0.014), wall = random.uniform(0.002, 0.0035);
  const GlassLook look = glass_look(random, floor, height);
  std::vector<ProfilePiece> pieces{{{{0.0, 0.0}, {radius(0.0), 0.0}}, shade(look.clear, 0.8)}};
  add_glass_bowl(pieces, radius, 0.0, floor, height, wall, look);
  builder.revolve(pieces, kRevolvedSegments);
}

void build_stem_glass(MeshBuilder& builder, Random& random) {
  const double height = random.uniform(0.14, 0.23), kind = random.uniform();
  // Wine, flute and coupe differ in where the bowl begins and how it is curved.
  const double share = kind < 0.55  ? random.uniform(0.42, 0.56)
                       : kind < 0.8 ? random.uniform(0.55, 0.68)
                                    : random.uniform(0.26, 0.36);
  const double widest = kind < 0.55  ? random.uniform(0.032, 0.046)
                        : kind < 0.8 ? random.uniform(0.022, 0.029)
                                     : random.uniform(0.042, 0.056);
  const double closing = kind < 0.8 ? random.uniform(0.05, 0.3) : 0.0, round = random.uniform(0.42, 0.6);
  const double stem = random.uniform(0.0032, 0.005), foot = widest * random.uniform(0.78, 1.0);
  const double from = height * (1.0 - share), wall = random.uniform(0.0016, 0.0024);
  const auto radius = [=](double t) {
    const double u = std::clamp(t, 0.0, 1.0);
    return stem + (widest - stem) *
                      std::pow(std::sin(0.5 * std::numbers::pi * std::min(1.0, u / 0.55)), round) *
                      (1.0 - closing * smooth_step((u - 0.5) / 0.5));
  };
  const double floor = from + 0.004;
  const GlassLook look = glass_look(random, from + 0.2 * share * height, height);
  ProfilePoints shaft;
  constexpr int kSteps = 8;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    shaft.emplace_back(stem + (foot - stem) * std::pow(1.0 - t, 5.0), 0.0025 + t * (from - 0.0025));
  }
  std::vector<ProfilePiece> pieces{{{{0.0, 0.0}, {foot, 0.0}}, shade(look.clear, 0.85)},
                                   {{{foot, 0.0}, {foot, 0.0025}}, look.clear},
                                   {shaft, look.clear}};
  add_glass_bowl(pieces, radius, from, floor, height, wall, look);
  builder.revolve(pieces, kRevolvedSegments);
}

}  // namespace

ShapeInstance make_cup(Random& random) {
  const double rim = random.uniform(0.033, 0.055), height = rim * random.uniform(1.15, 1.75);
  const double wall = random.uniform(0.0028, 0.0045), floor = random.uniform(0.006, 0.009);
  const auto radius = cup_wall(random, rim);
  const Rgb outside = paint(random);
  const Rgb inside = random.uniform() < 0.7 ? rgb_from_hsv(0.1, 0.04, 0.93) : outside;
  const Rgb lip = random.uniform() < 0.7 ? inside : paint(random);
  MeshBuilder builder;
  builder.revolve(cup_profile(radius, height, wall, floor, outside, inside, lip, 11), kRevolvedSegments);
  ShapeInstance shape;
  shape.first_handle_face = builder.num_faces();
  sweep(builder, cup_handle(radius, height, random, wall, outside), 12, false, false);
  Eigen::Vector3d center;
  shape.mesh = builder.finish(shape.size, &center);
  shape.symmetry_when_hidden = continuous_symmetry(Eigen::Vector3d::UnitY());
  shape.symmetry_when_hidden.axes[0].offset = Eigen::Vector3d(-center.x(), 0.0, 0.0);
  shape.gloss = random.uniform(0.3, 0.8);
  return shape;
}

ShapeInstance make_glass(Random& random) {
  MeshBuilder builder;
  if (random.uniform() < 0.4) {
    build_tumbler(builder, random);
  } else {
    build_stem_glass(builder, random);
  }
  return finish_revolved(builder, random.uniform(0.8, 1.0));
}

}  // namespace alidade
