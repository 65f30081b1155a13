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

/// A camera's colors: the leather or plastic of the body and its metal or darker trim.
std::pair<Rgb, Rgb> camera_colors(Random& random) {
  const double kind = random.uniform();
  if (kind < 0.5) {  // black plastic
    const Rgb body = rgb_from_hsv(0.6, random.uniform(0.0, 0.12), random.uniform(0.16, 0.3));
    return {body, shade(body, 1.35)};
  }
  if (kind < 0.75) {  // silver
    return {rgb_from_hsv(0.1, 0.04, random.uniform(0.6, 0.8)), rgb_from_hsv(0.6, 0.03, 0.3)};
  }
  return {rgb_from_hsv(random.uniform(), random.uniform(0.4, 0.75), random.uniform(0.35, 0.8)),
          rgb_from_hsv(0.1, 0.03, random.uniform(0.65, 0.85))};
}

void add_lens(MeshBuilder& builder, Random& random, double front, double radius, double x, double y,
              const Rgb& trim) {
  const double length = random.uniform(0.018, 0.075);
  const double outer = radius * random.uniform(0.82, 1.0);
  const double split = length * random.uniform(0.35, 0.65);
  const Rgb barrel = rgb_from_hsv(0.6, 0.05, random.uniform(0.12, 0.24));
  const Rgb glass = rgb_from_hsv(random.uniform(0.58, 0.75), 0.55, 0.28);
  builder.place({rotation_about(Eigen::Vector3d::UnitX(), 0.5 * std::numbers::pi), {x, y, front - 0.001}});
  builder.revolve(
      {{{{radius, 0.0}, {radius, 0.5 * split}, {radius, split}}, trim},
       {{{radius, split}, {outer, split}}, trim},
       {{{outer, split}, {outer, 0.5 * (split + length)}, {outer, length}}, barrel},
       {{{outer, length}, {0.86 * outer, length}}, shade(barrel, 1.6)},
       {{{0.86 * outer, length}, {0.74 * outer, length - 0.006}}, barrel},
       {{{0.74 * outer, length - 0.006}, {0.45 * outer, length - 0.003}, {0.0, length - 0.002}}, glass}},
      28);
  builder.place({});
}

}  // namespace

ShapeInstance make_camera(Random& random) {
  const double width = random.uniform(0.095, 0.145), height = width * random.uniform(0.52, 0.68);
  const double depth = random.uniform(0.028, 0.048);
  const auto [body, trim] = camera_colors(random);
  const double bevel = random.uniform(0.003, 0.008);
  const double top = 0.5 * height, front = 0.5 * depth;
  MeshBuilder builder;
  builder.box({0, 0, 0}, {width, height, depth}, bevel, body);
  builder.box({0, top - 0.16 * height, 0}, {width + 0.001, 0.24 * height, depth + 0.001}, bevel, trim);

  const double grip = random.uniform(0.006, 0.022), grip_width = width * random.uniform(0.16, 0.24);
  builder.box({-0.5 * (width - grip_width), -0.05 * height, front + 0.4 * grip},
              {grip_width, 0.85 * height, 1.2 * grip}, 0.45 * grip, shade(body, 0.8));
  const double lens_x = width * random.uniform(0.03, 0.14);
  if (random.uniform() < 0.75) {  // viewfinder bump above the lens
    const double bump = height * random.uniform(0.12, 0.26), bump_width = width * random.uniform(0.26, 0.4);
    builder.box({lens_x, top + 0.4 * bump, 0.0}, {bump_width, 1.2 * bump, depth * random.uniform(0.7, 1.0)},
                0.3 * bump, trim);
  }
  builder.place({Eigen::Matrix3d::Identity(), {-0.36 * width, top - 0.001, 0.15 * depth}});
  const double button = random.uniform(0.004, 0.007);
  builder.revolve({{{{0.0095, 0.0}, {0.0095, button}}, shade(trim, 0.9)},
                   {{{0.0095, button}, {0.0, button + 0.001}}, rgb_from_hsv(random.uniform(), 0.6, 0.6)}},
                  16);
  builder.place({});
  add_lens(builder, random, front, std::min(0.46 * height, random.uniform(0.021, 0.036)), lens_x,
           -0.04 * height, trim);
  // Flash and maker's dot on the front, display on the back.
  builder.box({0.38 * width, 0.3 * height, front}, {0.16 * width, 0.12 * height, 0.004}, 0.001,
              {225, 228, 220});
  builder.rectangle({-0.06 * width, -0.06 * height, -front - 0.0006}, {-0.33 * width, 0, 0},
                    {0, 0.33 * height, 0}, rgb_from_hsv(0.6, 0.3, 0.12));
  ShapeInstance shape;
  shape.mesh = builder.finish(shape.size);
  shape.gloss = random.uniform(0.25, 0.6);
  return shape;
}

ShapeInstance make_laptop(Random& random) {
  const double width = random.uniform(0.24, 0.355), depth = width * random.uniform(0.62, 0.74);
  const double base = random.uniform(0.012, 0.024), lid = random.uniform(0.006, 0.011);
  const double open = random.uniform(75.0, 130.0) * std::numbers::pi / 180.0;
  const bool dark = random.uniform() < 0.4;
  const Rgb body = dark
                       ? rgb_from_hsv(0.6, random.uniform(0.0, 0.2), random.uniform(0.18, 0.32))
                       : rgb_from_hsv(random.uniform(), random.uniform(0.0, 0.2), random.uniform(0.62, 0.85));
  const Rgb keys = dark || random.uniform() < 0.7 ? Rgb{38, 40, 44} : shade(body, 0.8);
  const Rgb screen = rgb_from_hsv(random.uniform(), random.uniform(0.3, 0.65), random.uniform(0.3, 0.75));
  const double above = 0.5 * base + 0.0004;
  MeshBuilder builder;
  builder.box({0, 0, 0}, {width, base, depth}, 0.003, body);
  builder.rectangle({0, above, -0.13 * depth}, {0, 0, 0.21 * depth}, {0.44 * width, 0, 0}, shade(body, 0.75));
  constexpr int kColumns = 12, kRows = 5;
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns; ++column) {
      const double x = ((column + 0.5) / kColumns - 0.5) * 0.86 * width;
      const double z = -0.13 * depth + ((row + 0.5) / kRows - 0.5) * 0.40 * depth;
      builder.rectangle({x, above + 0.0008, z}, {0, 0, 0.034 * depth}, {0.031 * width, 0, 0}, keys);
    }
  }
  builder.rectangle({0, above, 0.3 * depth}, {0, 0, 0.13 * depth}, {0.15 * width, 0, 0}, shade(body, 0.88));

  // The lid turns about the back edge; in its own frame it stands up from y = 0 with the screen towards +z.
  const double tilt = 0.5 * std::numbers::pi - open;
  builder.place({rotation_about(Eigen::Vector3d::UnitX(), tilt), {0, 0.5 * base, -0.5 * depth + 0.5 * lid}});
  builder.box({0, 0.5 * depth, 0}, {width, depth, lid}, 0.003, body);
  const double face = 0.5 * lid + 0.0004;
  builder.rectangle({0, 0.51 * depth, face}, {0.48 * width, 0, 0}, {0, 0.46 * depth, 0}, {24, 25, 28});
  builder.rectangle({0, 0.52 * depth, face + 0.0004}, {0.455 * width, 0, 0}, {0, 0.42 * depth, 0}, screen);
  const double window_x = random.uniform(-0.15, 0.15) * width;
  builder.rectangle({window_x, 0.54 * depth, face + 0.0008}, {0.24 * width, 0, 0}, {0, 0.27 * depth, 0},
                    rgb_from_hsv(0.6, 0.04, 0.92));
  builder.rectangle({window_x, 0.77 * depth, face + 0.0012}, {0.24 * width, 0, 0}, {0, 0.03 * depth, 0},
                    rgb_from_hsv(random.uniform(), 0.5, 0.6));
  builder.rectangle({0, 0.55 * depth, -face}, {-0.05 * width, 0, 0}, {0, 0.05 * width, 0},
                    shade(body, dark ? 2.0 : 0.7));
  ShapeInstance shape;
  shape.mesh = builder.finish(shape.size);
  shape.gloss = random.uniform(0.25, 0.5);
  return shape;
}

}  // namespace alidade
