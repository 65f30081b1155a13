// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/procedural/shape_families.h"
#include "core/data/procedural/shape_parts.h"

namespace alidade {
namespace {

/// A shoe points its toe to +x; x = 0 is the back of the heel.
struct ShoeForm {
  double length, ball, heel;  ///< metres: length, half widths at ball and heel
  double sole, sole_heel;     ///< thickness of the sole at ball and heel
  double toe_height, collar;  ///< heights of the toe box and of the collar, above the sole
  double throat;              ///< where the opening ends, as a share of the length
  double side;                ///< +1 right shoe, -1 left

  /// Half the width of the foot at a share u of the length.
  double half_width(double u) const {
    const double along = heel + (ball - heel) * smooth_step(u / 0.7);
    const double back = std::sqrt(std::max(0.0, 1.0 - std::pow(std::max(0.0, 1.0 - u / 0.14), 2.0)));
    const double front = std::sqrt(std::max(0.0, 1.0 - std::pow(std::max(0.0, (u - 0.72) / 0.28), 2.4)));
    return along * back * front;
  }
  /// How far the middle line lies to the side: feet are bent.
  double bend(double u) const {
    return side * 0.12 * ball * std::sin(std::numbers::pi * u) * (u - 0.35) * 3.0;
  }
};

ShoeForm draw_shoe(Random& random) {
  const double length = random.uniform(0.225, 0.30), style = random.uniform();
  ShoeForm form{length,
                length * random.uniform(0.168, 0.19),
                length * random.uniform(0.115, 0.135),
                random.uniform(0.012, 0.022),
                0.0,
                length * random.uniform(0.15, 0.2),
                0.0,
                random.uniform(0.4, 0.5),
                random.uniform() < 0.5 ? 1.0 : -1.0};
  form.sole_heel = form.sole + random.uniform(0.0, 0.014);
  // Slippers, low shoes, and boots up to the ankle.
  form.collar = length * (style < 0.25   ? random.uniform(0.21, 0.25)
                          : style < 0.75 ? random.uniform(0.27, 0.34)
                                         : random.uniform(0.42, 0.52));
  return form;
}

/// The outline of the foot from the heel to a front that lies at `front` (a share of the length), as seen
/// from above, counter-clockwise; `grow` in metres.
LoftRing foot_ring(const ShoeForm& form, double y, double back, double front, double slim, double grow,
                   const Rgb& color) {
  constexpr int kPoints = 36;
  LoftRing ring{{}, color};
  for (int i = 0; i < kPoints; ++i) {
    const double angle = 2.0 * std::numbers::pi * (i + 0.5) / kPoints;
    const double share = 0.5 - 0.5 * std::cos(angle);  // 0 at the heel
    const double u = back + (front - back) * share;
    // The full outline where the ring reaches the toe; an ellipse of that width where it ends before.
    const double middle = 0.5 * (back + front), half = 0.5 * (front - back);
    const double oval = std::sqrt(std::max(0.0, 1.0 - std::pow((u - middle) / half, 2.0)));
    const double width = form.half_width(u), closed = std::min(width, form.half_width(middle) * 1.25 * oval);
    const double z = (front > 0.985 ? width : closed) * slim + grow * std::abs(std::sin(angle));
    ring.points.emplace_back(u * form.length - grow * std::cos(angle), y,
                             form.bend(u) + std::copysign(z, std::sin(angle)));
  }
  return ring;
}

/// The front of the upper at a share v of the height of the collar: toe box, then the instep up to the
/// throat.
double upper_front(const ShoeForm& form, double v) {
  const double toe = form.toe_height / form.collar;
  if (v < toe) {
    const double s = v / toe;
    return 1.0 - 0.26 * (1.0 - std::sqrt(std::max(0.0, 1.0 - s * s * s)));
  }
  return 0.74 + (form.throat - 0.74) * std::pow((v - toe) / (1.0 - toe), 0.9);
}

void add_upper(MeshBuilder& builder, const ShoeForm& form, const Rgb& color, const Rgb& lining) {
  std::vector<LoftRing> outside, inside;
  constexpr int kSteps = 18;
  for (int i = 0; i <= kSteps; ++i) {
    const double v = std::pow(static_cast<double>(i) / kSteps, 0.9);
    const double lean = 0.05 * smooth_step(v), slim = 1.0 - 0.2 * smooth_step(v);
    outside.push_back(foot_ring(form, form.sole + v * form.collar, 0.01 + 0.3 * lean, upper_front(form, v),
                                slim, 0.0, color));
  }
  const double top = form.sole + form.collar, back = 0.01 + 0.3 * 0.05;
  builder.loft(outside, false, false);
  // The padded edge, and the inside down to the insole.
  for (const double depth : {0.0, 0.003, 0.012, 0.6}) {
    const double y = top - depth * (depth < 0.1 ? 1.0 : form.collar) + (depth == 0.003 ? 0.004 : 0.0);
    const double grow = depth == 0.0 ? 0.0 : depth == 0.003 ? -0.004 : -0.007;
    inside.push_back(foot_ring(form, y, back, form.throat, 0.8, grow, depth < 0.01 ? color : lining));
  }
  builder.loft(inside, false, true);
}

void add_sole(MeshBuilder& builder, const ShoeForm& form, const Rgb& color) {
  const auto ring = [&](double share, double grow, const Rgb& shade) {
    LoftRing outline = foot_ring(form, 0.0, 0.0, 1.0, 1.0, grow, shade);
    for (auto& point : outline.points) {  // thicker at the heel
      const double t = smooth_step((point.x() / form.length - 0.2) / 0.4);
      point.y() = share * (form.sole_heel + (form.sole - form.sole_heel) * t);
    }
    return outline;
  };
  builder.loft({ring(0.0, 0.001, shade(color, 0.7)), ring(0.15, 0.005, shade(color, 0.8)),
                ring(0.95, 0.004, color), ring(1.0, 0.0005, color)},
               true, true);
}

void add_laces(MeshBuilder& builder, Random& random, const ShoeForm& form, const Rgb& color) {
  const double toe = form.toe_height / form.collar;
  const int count = 3 + static_cast<int>(random.index(3));
  for (int i = 0; i < count; ++i) {
    const double v = toe + (0.97 - toe) * (i + 0.4) / count, u = upper_front(form, v);
    const double y = form.sole + v * form.collar + 0.002, half = 0.42 * form.half_width(u);
    builder.box({u * form.length - 0.002, y, form.bend(u)}, {0.008, 0.006, 2.0 * half}, 0.002, color);
  }
}

}  // namespace

ShapeInstance make_shoe(Random& random) {
  const ShoeForm form = draw_shoe(random);
  const Rgb upper = paint(random), lining = shade(upper, 0.35);
  const Rgb sole = random.uniform() < 0.55 ? rgb_from_hsv(0.1, 0.05, random.uniform(0.8, 0.95))
                                           : rgb_from_hsv(0.07, 0.3, random.uniform(0.12, 0.4));
  const Rgb laces = random.uniform() < 0.6 ? rgb_from_hsv(0.1, 0.03, 0.93) : paint(random);
  MeshBuilder builder;
  add_upper(builder, form, upper, lining);
  const std::size_t printed = builder.num_faces();
  add_sole(builder, form, sole);
  if (form.collar > 0.26 * form.length) {
    add_laces(builder, random, form, laces);
  }
  ShapeInstance shape;
  shape.mesh = builder.finish(shape.size);
  shape.num_printable_faces = printed;
  shape.gloss = random.uniform(0.1, 0.5);
  return shape;
}

}  // namespace alidade
