// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shape_families.h"
#include "core/data/procedural/shape_parts.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

/// The body of a remote control, lying along x: a rounded outline in the xz plane.
struct RemoteBody {
  double length, width, height, taper, roundness;

  /// Half the width at x.
  double half_width(double x) const { return 0.5 * width * (1.0 - taper * (0.5 - x / length)); }
  /// The outline at height y, drawn in by `inset`; counter-clockwise seen from above.
  LoftRing outline(double y, double inset, const Rgb& color) const {
    constexpr int kPoints = 40;
    LoftRing ring{{}, color};
    for (int i = 0; i < kPoints; ++i) {
      const double angle = 2.0 * std::numbers::pi * (i + 0.5) / kPoints;
      const double c = std::cos(angle), s = std::sin(angle), power = 2.0 / roundness;
      const double x = (0.5 * length - inset) * std::copysign(std::pow(std::abs(c), power), c);
      const double z = std::copysign(std::pow(std::abs(s), power), s);
      ring.points.emplace_back(x, y, -z * (half_width(x) - inset));
    }
    return ring;
  }
};

void add_remote_body(MeshBuilder& builder, const RemoteBody& body, double edge, const Rgb& shell,
                     const Rgb& plate) {
  const double h = body.height;
  builder.loft({body.outline(0.0, 1.2 * edge, shell), body.outline(0.35 * edge, 0.35 * edge, shell),
                body.outline(1.2 * edge, 0.0, shell), body.outline(h - edge, 0.0, shell),
                body.outline(h - 0.3 * edge, 0.3 * edge, shell), body.outline(h, edge, shell)},
               true, true);
  builder.loft(
      {body.outline(h - 0.0002, edge + 0.0016, plate), body.outline(h + 0.0004, edge + 0.0018, plate)}, false,
      true);
}

void add_disc(MeshBuilder& builder, double x, double y, double z, double radius, double height,
              const Rgb& color) {
  builder.place({Eigen::Matrix3d::Identity(), {x, y, z}});
  builder.revolve({{{{radius, 0.0}, {radius, height}}, color}, {{{radius, height}, {0.0, height}}, color}},
                  20);
  builder.place({});
}

/// Keys in rows across the body: `rows` of them along x from `from` to `to` (shares of the length).
void add_keys(MeshBuilder& builder, const RemoteBody& body, double from, double to, int rows, int columns,
              const Rgb& color) {
  const double pitch = body.length * (to - from) / rows;
  for (int row = 0; row < rows; ++row) {
    const double x = body.length * (from - 0.5) + pitch * (row + 0.5);
    const double across = 1.64 * body.half_width(x) / columns;
    for (int column = 0; column < columns; ++column) {
      builder.box({x, body.height + 0.0008, across * (column - 0.5 * (columns - 1))},
                  {0.66 * pitch, 0.0018, 0.7 * across}, 0.0006, color);
    }
  }
}

/// The round pad: a ring, a button within it.
void add_pad(MeshBuilder& builder, const RemoteBody& body, double at, const Rgb& ring, const Rgb& middle) {
  const double x = body.length * (at - 0.5), radius = 0.74 * body.half_width(x);
  add_disc(builder, x, body.height, 0.0, radius, 0.0014, ring);
  add_disc(builder, x, body.height, 0.0, 0.45 * radius, 0.0024, middle);
}

/// A tube's flattening: half axes of its section at a share t of the length from the fold to the shoulder.
struct TubeBody {
  double radius, fold, roundness;  ///< metres, half thickness of the fold, shape of the transition

  Eigen::Vector2d half_axes(double t) const {
    const double s = std::pow(std::clamp(t, 0.0, 1.0), roundness);
    return {fold + (radius - fold) * s, radius * (1.0 + 0.5 * (1.0 - s))};
  }
};

LoftRing tube_ring(double x, const Eigen::Vector2d& half, const Rgb& color) {
  constexpr int kPoints = 32;
  LoftRing ring{{}, color};
  for (int i = 0; i < kPoints; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / kPoints;
    ring.points.emplace_back(x, half.x() * std::cos(angle), half.y() * std::sin(angle));
  }
  return ring;
}

void add_tube_cap(MeshBuilder& builder, double x, double radius, double length, double narrowing,
                  const Rgb& color) {
  builder.place({rotation_about(Eigen::Vector3d::UnitZ(), -0.5 * std::numbers::pi), {x, 0.0, 0.0}});
  const double end = radius * (1.0 - narrowing);
  builder.revolve({{{{0.0, 0.0}, {radius, 0.0}}, color},
                   {{{radius, 0.0}, {0.5 * (radius + end), 0.5 * length}, {end, length - 0.001}}, color},
                   {{{end, length - 0.001}, {end - 0.001, length}}, shade(color, 1.1)},
                   {{{end - 0.001, length}, {0.0, length}}, shade(color, 0.92)}},
                  32);
  builder.place({});
}

}  // namespace

ShapeInstance make_remote(Random& random) {
  const double length = random.uniform(0.13, 0.23), width = random.uniform(0.036, 0.056);
  const double height = random.uniform(0.011, 0.024), taper = random.uniform(-0.25, 0.25);
  const RemoteBody body{length, width, height, taper, random.uniform(4.0, 10.0)};
  const bool dark = random.uniform() < 0.7;
  const Rgb shell = dark
                        ? rgb_from_hsv(random.uniform(), random.uniform(0.0, 0.25), random.uniform(0.1, 0.3))
                        : rgb_from_hsv(random.uniform(), random.uniform(0.0, 0.2), random.uniform(0.6, 0.92));
  const Rgb plate = random.uniform() < 0.5 ? shell : shade(shell, dark ? 1.7 : 0.55);
  const bool light_plate = plate[0] + plate[1] + plate[2] > 380;
  const Rgb keys = light_plate ? rgb_from_hsv(0.6, 0.1, random.uniform(0.15, 0.4))
                               : rgb_from_hsv(0.6, 0.05, random.uniform(0.55, 0.9));
  const Rgb accent = rgb_from_hsv(random.uniform(), 0.75, 0.8);
  MeshBuilder builder;
  add_remote_body(builder, body, random.uniform(0.002, 0.005), shell, plate);
  const double x_power = length * 0.42;
  add_disc(builder, x_power, height, 0.55 * body.half_width(x_power), 0.0045, 0.0018,
           rgb_from_hsv(random.uniform(0.97, 1.02), 0.8, 0.8));
  const double style = random.uniform();
  if (style < 0.55) {  // numbers below, pad in the middle
    add_keys(builder, body, 0.08, 0.4, 4, 3, keys);
    add_pad(builder, body, random.uniform(0.52, 0.58), keys, accent);
    add_keys(builder, body, 0.68, 0.87, 2, random.uniform() < 0.5 ? 3 : 2, keys);
  } else if (style < 0.8) {  // few keys, pad at the front
    add_pad(builder, body, random.uniform(0.7, 0.76), keys, shade(keys, 0.7));
    add_keys(builder, body, 0.4, 0.58, 2, 2, keys);
  } else {  // keys all over
    add_keys(builder, body, 0.1, 0.88, static_cast<int>(random.index(3)) + 6, 3, keys);
  }
  if (random.uniform() < 0.5) {  // colored keys in a row
    add_keys(builder, body, 0.42, 0.455, 1, 4, accent);
  }
  ShapeInstance shape;
  shape.mesh = builder.finish(shape.size);
  shape.gloss = random.uniform(0.2, 0.6);
  return shape;
}

ShapeInstance make_tube(Random& random) {
  const double radius = random.uniform(0.014, 0.027), body = radius * random.uniform(4.2, 7.0);
  const TubeBody tube{radius, 0.0009, random.uniform(0.55, 0.95)};
  const Rgb color = paint(random);
  const Rgb second = random.uniform() < 0.5 ? color : paint(random);
  const double fold = random.uniform(0.006, 0.011), shoulder = radius * random.uniform(0.25, 0.5);
  const double change = random.uniform(0.25, 0.75);
  std::vector<LoftRing> rings{tube_ring(0.0, tube.half_axes(0.0), shade(color, 0.85)),
                              tube_ring(fold, tube.half_axes(0.0), shade(color, 0.85))};
  constexpr int kSteps = 22;
  for (int i = 1; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps;
    rings.push_back(tube_ring(fold + t * (body - fold), tube.half_axes(t), t < change ? color : second));
  }
  MeshBuilder builder;
  builder.loft(rings, true, false);
  const std::size_t printed = builder.num_faces();
  const double wide = random.uniform() < 0.5 ? random.uniform(0.9, 1.02) : random.uniform(0.42, 0.62);
  const double neck = std::min(0.42, 0.9 * wide) * radius;
  builder.loft({tube_ring(body, {radius, radius}, shade(second, 0.95)),
                tube_ring(body + shoulder, {neck, neck}, shade(second, 0.95))},
               false, true);
  const Rgb cap = random.uniform() < 0.5 ? rgb_from_hsv(0.1, 0.02, random.uniform(0.8, 0.95)) : paint(random);
  const double cap_length = radius * random.uniform(0.7, 1.4);
  add_tube_cap(builder, body + (wide > 0.8 ? 0.12 : 0.75) * shoulder, wide * radius, cap_length,
               random.uniform(0.02, 0.2), cap);
  ShapeInstance shape;
  shape.symmetry = *named_symmetry("x-flip");
  shape.mesh = builder.finish(shape.size);
  shape.num_printable_faces = printed;
  shape.gloss = random.uniform(0.3, 0.8);
  return shape;
}

}  // namespace alidade
