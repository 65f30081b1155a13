// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/box_upright.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace alidade {
namespace {

constexpr double kShortestSide = 1e-4;
constexpr double kSmallestUnion = 1e-8;

Eigen::Array2d half_footprint(const UprightBox& box) {
  return 0.5 * box.size.head<2>().array().max(kShortestSide);
}

/// A convex polygon of at most eight corners: a rectangle clipped by four lines.
struct Polygon {
  std::array<Eigen::Vector2d, 8> corners;
  int count = 0;

  void add(const Eigen::Vector2d& corner) {
    if (count < 8) {
      corners[count++] = corner;
    }
  }

  /// The part with side * x[axis] <= limit.
  Polygon clipped(int axis, double side, double limit) const {
    Polygon kept;
    for (int i = 0; i < count; ++i) {
      const Eigen::Vector2d& here = corners[i];
      const Eigen::Vector2d& there = corners[i + 1 == count ? 0 : i + 1];
      const double out_here = side * here[axis] - limit;
      const double out_there = side * there[axis] - limit;
      if (out_here <= 0.0) {
        kept.add(here);
      }
      if ((out_here <= 0.0) != (out_there <= 0.0)) {
        kept.add(here + out_here / (out_here - out_there) * (there - here));
      }
    }
    return kept;
  }

  double area() const {
    double twice = 0.0;
    for (int i = 2; i < count; ++i) {
      const Eigen::Vector2d u = corners[i - 1] - corners[0];
      const Eigen::Vector2d v = corners[i] - corners[0];
      twice += u.x() * v.y() - u.y() * v.x();
    }
    return std::max(0.0, 0.5 * twice);
  }
};

Eigen::Vector2d turned(const Eigen::Vector2d& v, double cosine, double sine) {
  return {cosine * v.x() - sine * v.y(), sine * v.x() + cosine * v.y()};
}

}  // namespace

double footprint_overlap(const UprightBox& a, const UprightBox& b) {
  const Eigen::Array2d half_a = half_footprint(a);
  const Eigen::Array2d half_b = half_footprint(b);
  const Eigen::Vector2d shift = (b.center - a.center).head<2>();
  if (!(shift.norm() < half_a.matrix().norm() + half_b.matrix().norm())) {
    return 0.0;
  }
  const Eigen::Vector2d center = turned(shift, std::cos(a.yaw), -std::sin(a.yaw));
  const double turn = b.yaw - a.yaw;
  const Eigen::Vector2d along = turned({half_b.x(), 0.0}, std::cos(turn), std::sin(turn));
  const Eigen::Vector2d across = turned({0.0, half_b.y()}, std::cos(turn), std::sin(turn));
  Polygon shared;
  shared.add(center + along + across);
  shared.add(center - along + across);
  shared.add(center - along - across);
  shared.add(center + along - across);
  for (int axis = 0; axis < 2; ++axis) {
    shared = shared.clipped(axis, 1.0, half_a[axis]).clipped(axis, -1.0, half_a[axis]);
  }
  return std::min(shared.area(), 4.0 * std::min(half_a.prod(), half_b.prod()));
}

double upright_box_iou(const UprightBox& a, const UprightBox& b) {
  const double top = std::min(a.center.z() + 0.5 * a.size.z(), b.center.z() + 0.5 * b.size.z());
  const double bottom = std::max(a.center.z() - 0.5 * a.size.z(), b.center.z() - 0.5 * b.size.z());
  if (!(top > bottom)) {
    return 0.0;
  }
  const double shared = footprint_overlap(a, b) * (top - bottom);
  const double joined = std::max(a.size.prod() + b.size.prod() - shared, kSmallestUnion);
  return std::isfinite(shared) ? std::clamp(shared / joined, 0.0, 1.0) : 0.0;
}

}  // namespace alidade
