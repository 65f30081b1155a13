// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shape_families.h"
#include "core/data/procedural/shape_parts.h"

namespace alidade {
namespace {

/// A bent leaf of metal across x: an ellipse whose sides are lifted by `sag`.
struct Leaf {
  double x = 0.0, y = 0.0, z = 0.0;  ///< its middle, metres
  double half_width = 0.0, half_thickness = 0.0, sag = 0.0;
  Rgb color{};
};

LoftRing leaf_ring(const Leaf& leaf) {
  constexpr int kPoints = 18;
  LoftRing ring{{}, leaf.color};
  for (int i = 0; i < kPoints; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / kPoints, s = std::sin(angle);
    ring.points.emplace_back(leaf.x, leaf.y + leaf.sag * s * s + leaf.half_thickness * std::cos(angle),
                             leaf.z + leaf.half_width * s);
  }
  return ring;
}

void add_leaves(MeshBuilder& builder, const std::vector<Leaf>& leaves) {
  std::vector<LoftRing> rings;
  for (const auto& leaf : leaves) {
    rings.push_back(leaf_ring(leaf));
  }
  builder.loft(rings, true, true);
}

/// What all cutlery of one pattern shares.
struct Pattern {
  double length, handle, widest, waist, thickness,
      arch;  ///< metres; the handle's length, widths at both ends
  Rgb metal, grip;
  bool has_grip;
};

Pattern draw_pattern(Random& random) {
  const double length = random.uniform(0.145, 0.225), handle = length * random.uniform(0.56, 0.64);
  Pattern pattern{
      length,
      handle,
      random.uniform(0.0075, 0.011),
      random.uniform(0.0026, 0.0036),
      random.uniform(0.0011, 0.0017),
      random.uniform(0.003, 0.008),
      rgb_from_hsv(random.uniform(0.5, 0.65), random.uniform(0.0, 0.06), random.uniform(0.68, 0.86)),
      {},
      random.uniform() < 0.45};
  if (random.uniform() < 0.12) {  // gilded
    pattern.metal = rgb_from_hsv(0.12, 0.5, 0.82);
  }
  pattern.grip = random.uniform() < 0.4 ? rgb_from_hsv(0.07, 0.6, random.uniform(0.25, 0.6)) : paint(random);
  return pattern;
}

/// The handle from x = 0 to the neck, and what it ends with: the height there is 0.
std::vector<Leaf> handle_leaves(const Pattern& pattern) {
  std::vector<Leaf> leaves;
  constexpr int kSteps = 16;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = std::pow(static_cast<double>(i) / kSteps, 1.8);  // the round end needs more of them
    const double end = std::sqrt(1.0 - std::pow(1.0 - std::min(1.0, t / 0.08), 2.0));
    const double width =
        pattern.waist + (pattern.widest - pattern.waist) * (1.0 - smooth_step((t - 0.1) / 0.75));
    const bool grip = pattern.has_grip && t < 0.78;
    leaves.push_back({t * pattern.handle, pattern.arch * std::sin(std::numbers::pi * t), 0.0,
                      std::max(0.0012, width * end), pattern.thickness * (grip ? 2.6 : 1.25), 0.0,
                      grip ? pattern.grip : pattern.metal});
  }
  return leaves;
}

void build_spoon(MeshBuilder& builder, Random& random, const Pattern& pattern) {
  const double bowl = pattern.length - pattern.handle, wide = bowl * random.uniform(0.29, 0.38);
  const double deep = bowl * random.uniform(0.11, 0.17), egg = random.uniform(-0.12, 0.25);
  auto leaves = handle_leaves(pattern);
  constexpr int kSteps = 18;
  for (int i = 1; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps, u = std::clamp((t - 0.06) / 0.94, 0.0, 1.0);
    const double s = std::sqrt(std::max(0.0, 1.0 - std::pow(2.0 * u - 1.0, 2.0)));
    const double width = wide * s * (1.0 + egg * (0.5 - u)) + pattern.waist * (1.0 - smooth_step(4.0 * t));
    const double depth = deep * std::pow(s, 1.3);
    leaves.push_back({pattern.handle + t * bowl, -depth, 0.0, std::max(0.0012, width), pattern.thickness,
                      depth, pattern.metal});
  }
  add_leaves(builder, leaves);
}

void build_fork(MeshBuilder& builder, Random& random, const Pattern& pattern) {
  const double head = pattern.length - pattern.handle, half = head * random.uniform(0.15, 0.19);
  const double root = random.uniform(0.42, 0.52), dip = head * random.uniform(0.06, 0.11);
  const int tines = random.uniform() < 0.6 ? 4 : 3;
  const auto height = [=](double t) { return -dip * std::sin(std::numbers::pi * std::min(1.0, 1.15 * t)); };
  auto leaves = handle_leaves(pattern);
  constexpr int kSteps = 10;
  for (int i = 1; i <= kSteps; ++i) {
    const double t = root * i / kSteps;
    const double width = pattern.waist + (half - pattern.waist) * smooth_step(1.5 * t / root);
    leaves.push_back({pattern.handle + t * head, height(t), 0.0, width, pattern.thickness,
                      0.02 * head * t / root, pattern.metal});
  }
  add_leaves(builder, leaves);
  const double pitch = 2.0 * half / tines;
  for (int tine = 0; tine < tines; ++tine) {
    const double z = pitch * (tine + 0.5) - half;
    std::vector<Leaf> prong;
    for (int i = 0; i <= 8; ++i) {
      const double t = root - 0.02 + (1.02 - root) * i / 8.0, q = z / half;
      prong.push_back({pattern.handle + t * head, height(t) + 0.02 * head * q * q, z,
                       0.34 * pitch * (i == 8 ? 0.35 : 1.0 - 0.035 * i), pattern.thickness, 0.0,
                       pattern.metal});
    }
    add_leaves(builder, prong);
  }
}

void build_knife(MeshBuilder& builder, Random& random, const Pattern& pattern) {
  const double blade = pattern.length - pattern.handle, half = random.uniform(0.008, 0.0125);
  const double belly = random.uniform(0.5, 1.0);
  Pattern straight = pattern;
  straight.arch *= 0.3;
  straight.waist = 0.75 * pattern.widest;
  auto leaves = handle_leaves(straight);
  constexpr int kSteps = 18;
  for (int i = 1; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    // The back is straight, the edge swings out and comes back to the point.
    const double tip = std::sqrt(std::max(0.0, 1.0 - std::pow(std::max(0.0, (t - 0.62) / 0.38), 2.0)));
    const double back = -straight.waist, edge = back + 2.0 * half * tip * (0.72 + 0.28 * std::pow(t, belly));
    const double swell = smooth_step(5.0 * t);
    const double front = straight.waist + (edge - straight.waist) * swell;
    leaves.push_back({pattern.handle + t * blade, 0.0, 0.5 * (back + front),
                      std::max(0.0012, 0.5 * (front - back)), 0.8 * pattern.thickness, 0.0, pattern.metal});
  }
  add_leaves(builder, leaves);
}

}  // namespace

ShapeInstance make_cutlery(Random& random) {
  const Pattern pattern = draw_pattern(random);
  MeshBuilder builder;
  switch (random.index(3)) {
    case 0:
      build_spoon(builder, random, pattern);
      break;
    case 1:
      build_fork(builder, random, pattern);
      break;
    default:
      build_knife(builder, random, pattern);
  }
  ShapeInstance shape;
  shape.mesh = builder.finish(shape.size);
  shape.gloss = random.uniform(0.7, 1.0);
  return shape;
}

}  // namespace alidade
