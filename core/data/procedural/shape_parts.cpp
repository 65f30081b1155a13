// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/shape_parts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace alidade {

Rgb shade(const Rgb& color, double factor) {
  Rgb out{};
  for (int i = 0; i < 3; ++i) {
    out[i] = static_cast<std::uint8_t>(std::clamp(std::lround(color[i] * factor), 0L, 255L));
  }
  return out;
}

Rgb blend(const Rgb& a, const Rgb& b, double t) {
  Rgb out{};
  for (int i = 0; i < 3; ++i) {
    out[i] = static_cast<std::uint8_t>(std::clamp(std::lround(a[i] + t * (b[i] - a[i])), 0L, 255L));
  }
  return out;
}

Rgb paint(Random& random) {
  if (random.uniform() < 0.22) {  // white, gray and black things are common
    return rgb_from_hsv(random.uniform(0.05, 0.15), random.uniform(0.0, 0.08), random.uniform(0.25, 0.95));
  }
  return rgb_from_hsv(random.uniform(), random.uniform(0.35, 0.8), random.uniform(0.5, 0.92));
}

double smooth_step(double x) {
  const double t = std::clamp(x, 0.0, 1.0);
  return t * t * (3.0 - 2.0 * t);
}

ProfilePoints arc(double cx, double cy, double r, double from, double to, int steps) {
  ProfilePoints points;
  for (int i = 0; i <= steps; ++i) {
    const double angle = from + (to - from) * i / steps;
    points.emplace_back(cx + r * std::cos(angle), cy + r * std::sin(angle));
  }
  return points;
}

std::vector<ProfilePiece> cup_profile(const std::function<double(double)>& radius, double height, double wall,
                                      double floor, const Rgb& outside, const Rgb& inside, const Rgb& lip,
                                      int steps) {
  ProfilePoints outer, inner;
  for (int i = 0; i <= steps; ++i) {
    const double t = static_cast<double>(i) / steps;
    outer.emplace_back(radius(t), t * (height - 0.5 * wall));
  }
  for (int i = steps; i >= 0; --i) {
    const double t = static_cast<double>(i) / steps;
    inner.emplace_back(std::max(0.002, radius(t) - wall), floor + t * (height - 0.5 * wall - floor));
  }
  const double top = radius(1.0) - 0.5 * wall;
  return {{{{0.0, 0.0}, {radius(0.0), 0.0}}, outside},
          {outer, outside},
          {arc(top, height - 0.5 * wall, 0.5 * wall, 0.0, std::numbers::pi, 4), lip},
          {inner, inside},
          {{inner.back(), {0.0, floor}}, inside}};
}

ShapeInstance finish_revolved(MeshBuilder& builder, double gloss) {
  ShapeInstance shape;
  shape.mesh = builder.finish(shape.size);
  shape.symmetry = continuous_symmetry(Eigen::Vector3d::UnitY());
  shape.symmetry_when_hidden = shape.symmetry;
  shape.gloss = gloss;
  return shape;
}

void sweep(MeshBuilder& builder, const std::vector<SweptSection>& sections, int sides, bool cap_first,
           bool cap_last) {
  std::vector<LoftRing> rings;
  const std::size_t count = sections.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Eigen::Vector2d along =
        (sections[std::min(i + 1, count - 1)].center - sections[i == 0 ? 0 : i - 1].center).normalized();
    const Eigen::Vector2d across(-along.y(), along.x());
    LoftRing ring{{}, sections[i].color};
    for (int s = 0; s < sides; ++s) {
      const double angle = 2.0 * std::numbers::pi * s / sides;
      const Eigen::Vector2d flat = sections[i].center + sections[i].radius_in * std::cos(angle) * across;
      ring.points.emplace_back(flat.x(), flat.y(), sections[i].radius_z * std::sin(angle));
    }
    rings.push_back(std::move(ring));
  }
  builder.loft(rings, cap_first, cap_last);
}

}  // namespace alidade
