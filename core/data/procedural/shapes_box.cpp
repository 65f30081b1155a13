// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shape_families.h"
#include "core/data/procedural/shape_parts.h"

namespace alidade {
namespace {

/// Side lengths of a carton: no two of them are nearly equal, so that quarter turns are no symmetry.
Eigen::Vector3d carton_size(Random& random) {
  const double kind = random.uniform();
  double width = 0.0, height = 0.0, depth = 0.0;
  if (kind < 0.4) {  // cereals: tall and flat
    height = random.uniform(0.17, 0.30), width = height * random.uniform(0.58, 0.78);
    depth = width * random.uniform(0.26, 0.42);
  } else if (kind < 0.75) {  // tea: a compact block
    width = random.uniform(0.11, 0.19), height = width * random.uniform(0.52, 0.8);
    depth = height * random.uniform(0.5, 0.82);
  } else {  // lying flat
    width = random.uniform(0.15, 0.24), depth = width * random.uniform(0.5, 0.78);
    height = depth * random.uniform(0.28, 0.55);
  }
  return {width, height, depth};
}

SymmetryGroup half_turns(bool about_all_axes) {
  // All three half turns, or the one about y alone.
  return *named_symmetry(about_all_axes ? "box" : "y-flip");
}

void build_lidded_box(MeshBuilder& builder, const Eigen::Vector3d& size, double lid, const Rgb& body,
                      const Rgb& top) {
  const double edge = 0.0025, below = size.y() * (1.0 - lid);
  builder.box({0, 0.5 * below, 0}, {size.x() - 2.0 * edge, below, size.z() - 2.0 * edge}, 0.0015, body);
  builder.box({0, size.y() * (1.0 - 0.5 * lid), 0}, {size.x(), size.y() * lid, size.z()}, 0.002, top);
}

void build_milk_carton(MeshBuilder& builder, const Eigen::Vector3d& size, double roof, const Rgb& body,
                       const Rgb& top) {
  const double x = 0.5 * size.x(), z = 0.5 * size.z(), fin = 0.09 * size.y(), thin = 0.002;
  const double eaves = size.y() * (1.0 - roof) - fin, ridge = size.y() - fin;
  builder.box({0, 0.5 * eaves, 0}, {size.x(), eaves, size.z()}, 0.0015, body);
  for (const double side : {1.0, -1.0}) {  // slopes to the front and the back, gables to the sides
    builder.polygon({{-side * x, eaves, side * z},
                     {side * x, eaves, side * z},
                     {side * x, ridge, side * thin},
                     {-side * x, ridge, side * thin}},
                    top);
    builder.polygon({{side * x, eaves, side * z}, {side * x, eaves, -side * z}, {side * 0.94 * x, ridge, 0}},
                    shade(top, 0.9));
  }
  builder.box({0, ridge + 0.5 * fin, 0}, {size.x(), fin, 2.0 * thin}, 0.0, shade(top, 0.95));
}

}  // namespace

ShapeInstance make_box(Random& random) {
  const double style = random.uniform();
  const Rgb body = paint(random), top = random.uniform() < 0.4 ? shade(body, 0.8) : paint(random);
  MeshBuilder builder;
  bool half_turns_hold = false;
  if (style < 0.6) {
    const Eigen::Vector3d size = carton_size(random);
    builder.box({0, 0, 0}, size, random.uniform(0.0008, 0.003), body);
    half_turns_hold = true;
  } else if (style < 0.82) {
    const Eigen::Vector3d size = carton_size(random);
    build_lidded_box(builder, size, random.uniform(0.18, 0.4), body, top);
  } else {
    const double width = random.uniform(0.065, 0.095), depth = width * random.uniform(0.8, 1.0);
    const double height = width * random.uniform(2.0, 2.9);
    build_milk_carton(builder, {width, height, depth}, random.uniform(0.1, 0.16), body, top);
  }
  ShapeInstance shape;
  shape.symmetry = half_turns(half_turns_hold);
  shape.mesh = builder.finish(shape.size);
  shape.gloss = random.uniform(0.1, 0.4);
  return shape;
}

}  // namespace alidade
