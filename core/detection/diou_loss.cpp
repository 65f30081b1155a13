// SPDX-License-Identifier: BSD-3-Clause
#include "core/detection/diou_loss.h"

#include <array>

#include "core/detection/dual.h"

namespace alidade {
namespace {

struct DualPoint {
  Dual x, y;
};

/// Numbers of a box that depend on the prediction, or none of which does.
struct DualBox {
  Dual x, y, z, w, l, h, yaw;
};

DualBox variable_box(const UprightBox& box) {
  const auto variable = [](double value, std::size_t i) { return Dual::variable(value, i); };
  return {variable(box.center.x(), 0), variable(box.center.y(), 1), variable(box.center.z(), 2),
          variable(box.size.x(), 3),   variable(box.size.y(), 4),   variable(box.size.z(), 5),
          variable(box.yaw, 6)};
}

DualBox constant_box(const UprightBox& box) {
  return {box.center.x(), box.center.y(), box.center.z(), box.size.x(), box.size.y(), box.size.z(), box.yaw};
}

DualPoint turned(const DualPoint& p, const Dual& cosine_of, const Dual& sine_of) {
  return {cosine_of * p.x - sine_of * p.y, sine_of * p.x + cosine_of * p.y};
}

/// Corners of the footprint, counter-clockwise.
std::array<DualPoint, 4> footprint(const DualBox& box) {
  const Dual c = cosine(box.yaw), s = sine(box.yaw), w = box.w * 0.5, l = box.l * 0.5, none(0.0);
  std::array<DualPoint, 4> corners{{{w, l}, {none - w, l}, {none - w, none - l}, {w, none - l}}};
  for (DualPoint& corner : corners) {
    const DualPoint away = turned(corner, c, s);
    corner = {box.x + away.x, box.y + away.y};
  }
  return corners;
}

/// A rectangle clipped by four lines has at most eight corners.
struct DualPolygon {
  std::array<DualPoint, 8> corners;
  int count = 0;

  void add(const DualPoint& corner) {
    if (count < 8) {
      corners[count++] = corner;
    }
  }

  /// The part with side * (x or y) <= limit.
  DualPolygon clipped(bool by_y, double side, double limit) const {
    DualPolygon kept;
    const auto beyond = [&](const DualPoint& p) { return (by_y ? p.y : p.x) * side - limit; };
    for (int i = 0; i < count; ++i) {
      const DualPoint &here = corners[i], &there = corners[i + 1 == count ? 0 : i + 1];
      const Dual out_here = beyond(here), out_there = beyond(there);
      if (out_here.value <= 0.0) {
        kept.add(here);
      }
      if ((out_here.value <= 0.0) != (out_there.value <= 0.0)) {
        const Dual at = out_here / (out_here - out_there);
        kept.add({here.x + at * (there.x - here.x), here.y + at * (there.y - here.y)});
      }
    }
    return kept;
  }

  Dual area() const {
    Dual twice;
    for (int i = 2; i < count; ++i) {
      const DualPoint &a = corners[i - 1], &b = corners[i], &o = corners[0];
      twice = twice + (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
    }
    return twice * 0.5;
  }
};

/// The footprint shared with the target, in whose frame it is clipped.
Dual shared_footprint(const std::array<DualPoint, 4>& corners, const UprightBox& target) {
  const Dual c(std::cos(target.yaw)), s(-std::sin(target.yaw));
  DualPolygon shared;
  for (const DualPoint& corner : corners) {
    shared.add(turned({corner.x - target.center.x(), corner.y - target.center.y()}, c, s));
  }
  for (const bool by_y : {false, true}) {
    const double half = 0.5 * (by_y ? target.size.y() : target.size.x());
    shared = shared.clipped(by_y, 1.0, half).clipped(by_y, -1.0, half);
  }
  return shared.area();
}

/// Length that two extents share; less than 0 where they are apart.
Dual shared_extent(const Dual& a, const Dual& size_a, const Dual& b, const Dual& size_b) {
  return smaller(a + size_a * 0.5, b + size_b * 0.5) - greater(a - size_a * 0.5, b - size_b * 0.5);
}

Dual square(const Dual& a) {
  return a * a;
}

/// Squared side along one axis of the hull of what both footprints reach.
Dual squared_reach(const std::array<DualPoint, 4>& a, const std::array<DualPoint, 4>& b, bool by_y) {
  Dual low = by_y ? a[0].y : a[0].x, high = low;
  for (const auto* corners : {&a, &b}) {
    for (const DualPoint& corner : *corners) {
      const Dual& at = by_y ? corner.y : corner.x;
      low = smaller(low, at);
      high = greater(high, at);
    }
  }
  return square(high - low);
}

}  // namespace

BoxLoss diou_loss(const UprightBox& predicted, const UprightBox& target, BoxForm form, DetectorRules rules) {
  UprightBox box = predicted, truth = target;
  if (form == BoxForm::kAligned) {
    box.yaw = truth.yaw = 0.0;
  }
  const DualBox a = variable_box(box), b = constant_box(truth);
  const auto corners = footprint(a), target_corners = footprint(b);
  const Dual height = shared_extent(a.z, a.h, b.z, b.h);
  Dual shared;
  if (form == BoxForm::kAligned) {
    const Dual x = shared_extent(a.x, a.w, b.x, b.w), y = shared_extent(a.y, a.l, b.y, b.l);
    shared = x.value > 0.0 && y.value > 0.0 ? x * y : Dual();
  } else {
    shared = shared_footprint(corners, truth);
  }
  shared = height.value > 0.0 && shared.value > 0.0 ? shared * height : Dual();
  const Dual joined = a.w * a.l * a.h + b.w * b.l * b.h - shared;
  const Dual iou = joined.value > 0.0 ? shared / joined : Dual();

  const bool quirk = form == BoxForm::kRotated && rules == DetectorRules::kReference;
  const Dual third = quirk ? a.w - b.w : a.z - b.z;
  const Dual apart = square(a.x - b.x) + square(a.y - b.y) + square(third);
  const Dual reach_z = greater(a.z + a.h * 0.5, b.z + b.h * 0.5) - smaller(a.z - a.h * 0.5, b.z - b.h * 0.5);
  const Dual diagonal = squared_reach(corners, target_corners, false) +
                        squared_reach(corners, target_corners, true) + square(reach_z);
  const Dual loss = Dual(1.0) - iou + (diagonal.value > 0.0 ? apart / diagonal : Dual());
  return {iou.value, loss.value, loss.by};
}

}  // namespace alidade
