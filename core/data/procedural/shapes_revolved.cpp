// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shape_families.h"
#include "core/data/procedural/shape_parts.h"

namespace alidade {
namespace {

using Points = ProfilePoints;
constexpr int kSegments = kRevolvedSegments;

}  // namespace

ShapeInstance make_bottle(Random& random) {
  const double height = random.uniform(0.15, 0.30);
  const double body = height * random.uniform(0.13, 0.19);
  const double neck = body * random.uniform(0.30, 0.52);
  const double shoulder_start = random.uniform(0.50, 0.70), shoulder_end = random.uniform(0.78, 0.88);
  const double waist = random.uniform() < 0.4 ? random.uniform(0.03, 0.14) : 0.0;
  const double bend = random.uniform(0.7, 1.6);
  const double cap_height = height * random.uniform(0.05, 0.09);
  const double shell = height - cap_height;
  const auto radius = [&](double t) {
    const double pinch = std::sin(std::numbers::pi * std::clamp(t / shoulder_start, 0.0, 1.0));
    const double fall = std::pow((t - shoulder_start) / (shoulder_end - shoulder_start), bend);
    const double s = t <= shoulder_start ? 0.0 : smooth_step(fall);
    return (body * (1.0 - waist * pinch * pinch)) * (1.0 - s) + neck * s;
  };
  const double rounding = 0.12 * body;
  const double label_low = random.uniform(0.12, 0.2),
               label_high = shoulder_start - random.uniform(0.04, 0.12);
  const auto wall = [&](double from, double to, int steps) {
    Points points;
    for (int i = 0; i <= steps; ++i) {
      const double t = from + (to - from) * i / steps;
      points.emplace_back(radius(t), rounding + t * (shell - rounding));
    }
    return points;
  };
  const Rgb glass = paint(random), label = paint(random), cap = paint(random);
  const double cap_radius = neck * random.uniform(1.08, 1.3);
  MeshBuilder builder;
  builder.revolve({{{{0.0, 0.0}, {body - rounding, 0.0}}, glass},
                   {arc(body - rounding, rounding, rounding, -0.5 * std::numbers::pi, 0.0, 3), glass},
                   {wall(0.0, label_low, 2), glass},
                   {wall(label_low, label_high, 6), label},
                   {wall(label_high, shoulder_start, 2), glass},
                   {wall(shoulder_start, 1.0, 12), glass},
                   {{{neck, shell}, {cap_radius, shell}}, cap},
                   {{{cap_radius, shell}, {cap_radius, height - 0.001}}, cap},
                   {{{cap_radius, height - 0.001}, {cap_radius - 0.001, height}}, cap},
                   {{{cap_radius - 0.001, height}, {0.0, height}}, cap}},
                  kSegments);
  return finish_revolved(builder, random.uniform(0.35, 0.8));
}

ShapeInstance make_bowl(Random& random) {
  const double rim = random.uniform(0.055, 0.10);
  const double height = rim * random.uniform(0.65, 1.05);
  const double foot = rim * random.uniform(0.35, 0.6);
  const double power = random.uniform(0.35, 0.75);
  const double wall = random.uniform(0.003, 0.006);
  const double flare = random.uniform() < 0.35 ? random.uniform(0.02, 0.09) : 0.0;
  const auto radius = [&](double t) {
    return (foot + (rim - foot) * std::pow(t, power)) * (1.0 - flare) + rim * flare * std::pow(t, 6.0);
  };
  const Rgb outside = paint(random);
  const Rgb inside = random.uniform() < 0.5 ? outside : paint(random);
  const Rgb lip = random.uniform() < 0.6 ? inside : paint(random);
  MeshBuilder builder;
  builder.revolve(cup_profile(radius, height, wall, random.uniform(0.005, 0.009), outside, inside, lip, 13),
                  kSegments);
  return finish_revolved(builder, random.uniform(0.2, 0.7));
}

ShapeInstance make_can(Random& random) {
  const double radius = random.uniform(0.026, 0.044);
  const double height = std::clamp(radius * random.uniform(2.0, 4.4), 0.06, 0.17);
  const double neck = random.uniform() < 0.6 ? random.uniform(0.05, 0.16) : 0.0;
  const double chamfer = random.uniform(0.004, 0.010);
  const double top = radius * (1.0 - neck);
  const Rgb metal = rgb_from_hsv(0.6, random.uniform(0.0, 0.05), random.uniform(0.72, 0.85));
  const Rgb main = paint(random), second = paint(random);
  const double band_low = random.uniform(0.15, 0.5), band_high = band_low + random.uniform(0.1, 0.35);
  const double low = chamfer, high = height - (neck > 0.0 ? 1.6 * chamfer : 0.003);
  const auto wall = [&](double from, double to) {
    const double a = low + (high - low) * from, b = low + (high - low) * to;
    return Points{{radius, a}, {radius, 0.5 * (a + b)}, {radius, b}};
  };
  MeshBuilder builder;
  builder.revolve(
      {{{{0.0, 0.003}, {0.86 * top, 0.003}}, metal},
       {{{0.86 * top, 0.003}, {0.9 * top, 0.0}}, metal},
       {{{0.9 * top, 0.0}, {0.95 * top, 0.0}}, metal},
       {{{0.95 * top, 0.0}, {0.4 * radius + 0.6 * top, 0.35 * low}, {radius, low}}, metal},
       {wall(0.0, band_low), main},
       {wall(band_low, band_high), second},
       {wall(band_high, 1.0), main},
       {{{radius, high}, {0.35 * radius + 0.65 * top, 0.6 * high + 0.4 * height}, {top, height - 0.002}},
        metal},
       {{{top, height - 0.002}, {top, height}}, metal},
       {{{top, height}, {0.93 * top, height}}, metal},
       {{{0.93 * top, height}, {0.88 * top, height - 0.004}}, metal},
       {{{0.88 * top, height - 0.004}, {0.45 * top, height - 0.0045}, {0.0, height - 0.004}}, metal}},
      kSegments);
  return finish_revolved(builder, random.uniform(0.5, 0.9));
}

ShapeInstance make_mug(Random& random) {
  const double rim = random.uniform(0.034, 0.047);
  const double height = rim * random.uniform(1.85, 2.8);
  const double taper = random.uniform(-0.22, 0.08), belly = random.uniform(-0.05, 0.1);
  const double wall = random.uniform(0.003, 0.005);
  const auto radius = [&](double t) {
    const double base = 1.0 - 0.1 * std::pow(1.0 - t, 12.0);
    return rim * (1.0 + taper * (1.0 - t) + belly * std::sin(std::numbers::pi * t)) * base;
  };
  const Rgb outside = paint(random);
  const Rgb inside = random.uniform() < 0.6 ? rgb_from_hsv(0.1, 0.04, 0.93) : outside;
  const Rgb handle = random.uniform() < 0.75 ? outside : paint(random);
  MeshBuilder builder;
  builder.revolve(
      cup_profile(radius, height, wall, random.uniform(0.005, 0.008), outside, inside, outside, 10),
      kSegments);

  ShapeInstance shape;
  const std::size_t handle_start = builder.num_faces();
  const double middle = height * random.uniform(0.45, 0.58), half = height * random.uniform(0.24, 0.36);
  const double reach = rim * random.uniform(0.5, 0.85), square = random.uniform(0.45, 1.0);
  const double droop = random.uniform(-0.15, 0.15);
  Points path;
  constexpr int kSteps = 16;
  for (int i = 0; i <= kSteps; ++i) {
    const double angle = std::numbers::pi * (static_cast<double>(i) / kSteps - 0.5);
    const double out = std::pow(std::max(0.0, std::cos(angle)), square), up = std::sin(angle);
    const double y = middle + half * std::copysign(std::pow(std::abs(up), 0.5 + 0.5 * square), up);
    const double start = radius(std::clamp(y / height, 0.0, 1.0)) - 0.6 * wall;
    path.emplace_back(start + reach * out * (1.0 + droop * up), y);
  }
  builder.tube(path, random.uniform(0.003, 0.0048), random.uniform(0.004, 0.0085), 12, handle);

  Eigen::Vector3d center;
  shape.mesh = builder.finish(shape.size, &center);
  shape.symmetry_when_hidden = continuous_symmetry(Eigen::Vector3d::UnitY());
  shape.symmetry_when_hidden.axes[0].offset = Eigen::Vector3d(-center.x(), 0.0, 0.0);
  shape.first_handle_face = handle_start;
  shape.gloss = random.uniform(0.3, 0.8);
  return shape;
}

}  // namespace alidade
