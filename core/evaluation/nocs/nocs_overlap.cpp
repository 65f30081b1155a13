// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/nocs/nocs_overlap.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

/// The arc cosine of the references cannot tell smaller angles from 0, and scaling a pose costs about 1e-16:
/// equal rotations have to count as equal at the threshold 0.
constexpr double kSmallestAngle = 1e-8;

double to_degrees(double angle) {
  return angle < kSmallestAngle ? 0.0 : angle / kRadiansPerDegree;
}

struct Turn {
  double cosine;
  double sine;
};

const std::array<Turn, kNocsTurns>& turns() {
  static const auto table = [] {
    std::array<Turn, kNocsTurns> made{};
    for (int i = 0; i < kNocsTurns; ++i) {
      const double angle = 2.0 * std::numbers::pi * i / kNocsTurns;
      made[static_cast<std::size_t>(i)] = {std::cos(angle), std::sin(angle)};
    }
    return made;
  }();
  return table;
}

/// Half axes of a box: column k is its own axis k times half the side.
struct HalfAxes {
  Eigen::Vector3d x, y, z, center;

  HalfAxes(const OrientedBox& box, const Turn& turn)
      : x((turn.cosine * box.frame_from_box.R.col(0) - turn.sine * box.frame_from_box.R.col(2)) *
          (0.5 * box.size.x())),
        y(box.frame_from_box.R.col(1) * (0.5 * box.size.y())),
        z((turn.sine * box.frame_from_box.R.col(0) + turn.cosine * box.frame_from_box.R.col(2)) *
          (0.5 * box.size.z())),
        center(box.frame_from_box.t) {}
};

/// Intervals of a box: eight for the legacy form, three for the hull; and their product.
template <std::size_t N>
struct Intervals {
  std::array<double, N> low, high;
  double product = 1.0;

  void set(std::size_t i, double from, double to) {
    low[i] = from;
    high[i] = to;
    product *= to - from;
  }
};

Intervals<8> legacy_intervals(const HalfAxes& box) {
  Intervals<8> made;
  for (std::size_t i = 0; i < 8; ++i) {
    const Eigen::Vector3d corner = box.center + ((i & 1) != 0 ? box.x : Eigen::Vector3d(-box.x)) +
                                   ((i & 2) != 0 ? box.y : Eigen::Vector3d(-box.y)) +
                                   ((i & 4) != 0 ? box.z : Eigen::Vector3d(-box.z));
    made.set(i, std::min({corner.x(), corner.y(), corner.z()}),
             std::max({corner.x(), corner.y(), corner.z()}));
  }
  return made;
}

Intervals<3> hull_intervals(const HalfAxes& box) {
  const Eigen::Vector3d reach = box.x.cwiseAbs() + box.y.cwiseAbs() + box.z.cwiseAbs();
  Intervals<3> made;
  for (int i = 0; i < 3; ++i) {
    made.set(static_cast<std::size_t>(i), box.center[i] - reach[i], box.center[i] + reach[i]);
  }
  return made;
}

template <std::size_t N>
double interval_iou(const Intervals<N>& a, const Intervals<N>& b) {
  double shared = 1.0;
  for (std::size_t i = 0; i < N; ++i) {
    const double length = std::min(a.high[i], b.high[i]) - std::max(a.low[i], b.low[i]);
    if (length < 0.0) {
      return 0.0;
    }
    shared *= length;
  }
  const double joined = a.product + b.product - shared;
  return joined > 0.0 ? shared / joined : 0.0;
}

template <class MakeIntervals>
double swept(const OrientedBox& estimate, const OrientedBox& truth, int steps, MakeIntervals&& intervals) {
  const auto fixed = intervals(HalfAxes(truth, turns()[0]));
  double best = 0.0;
  for (int i = 0; i < steps; ++i) {
    const HalfAxes turned(estimate, turns()[static_cast<std::size_t>(i)]);
    best = std::max(best, interval_iou(intervals(turned), fixed));
  }
  return best;
}

double exact_overlap(const OrientedBox& estimate, const OrientedBox& truth, bool axial) {
  static const SymmetryGroup about_y = continuous_symmetry(Eigen::Vector3d::UnitY());
  return axial ? symmetric_box_iou(truth, estimate, about_y, kNocsTurns) : box_iou(truth, estimate);
}

}  // namespace

double nocs_overlap(NocsOverlap form, const OrientedBox& estimate, const OrientedBox& truth,
                    NocsSymmetry symmetry) {
  if (!(estimate.size.minCoeff() > 0.0) || !(truth.size.minCoeff() > 0.0)) {
    return 0.0;
  }
  const bool axial = symmetry == NocsSymmetry::kAxis;
  const int steps = axial ? kNocsTurns : 1;
  switch (form) {
    case NocsOverlap::kLegacy:
      return swept(estimate, truth, steps, legacy_intervals);
    case NocsOverlap::kHull:
      return swept(estimate, truth, steps, hull_intervals);
    case NocsOverlap::kExact:
      return exact_overlap(estimate, truth, axial);
  }
  return 0.0;
}

double nocs_rotation_degrees(const Eigen::Matrix3d& estimate, const Eigen::Matrix3d& truth,
                             NocsSymmetry symmetry) {
  if (symmetry == NocsSymmetry::kAxis) {
    const Eigen::Vector3d a = estimate.col(1);
    const Eigen::Vector3d b = truth.col(1);
    return to_degrees(std::atan2(a.cross(b).norm(), a.dot(b)));
  }
  const double plain = geodesic_distance(estimate, truth);
  if (symmetry == NocsSymmetry::kNone) {
    return to_degrees(plain);
  }
  const Eigen::Matrix3d flipped = estimate * Eigen::Vector3d(-1.0, 1.0, -1.0).asDiagonal();
  return to_degrees(std::min(plain, geodesic_distance(flipped, truth)));
}

double pixel_box_iou(const std::array<double, 4>& a, const std::array<double, 4>& b) {
  const auto area = [](double y1, double x1, double y2, double x2) {
    return std::max(0.0, y2 - y1 + 1.0) * std::max(0.0, x2 - x1 + 1.0);
  };
  const double shared =
      area(std::max(a[0], b[0]), std::max(a[1], b[1]), std::min(a[2], b[2]), std::min(a[3], b[3]));
  const double joined = area(a[0], a[1], a[2], a[3]) + area(b[0], b[1], b[2], b[3]) - shared;
  return joined > 0.0 ? shared / joined : 0.0;
}

std::string nocs_overlap_name(NocsOverlap form) {
  switch (form) {
    case NocsOverlap::kLegacy:
      return "legacy overlap";
    case NocsOverlap::kHull:
      return "hull IoU";
    case NocsOverlap::kExact:
      return "exact IoU";
  }
  return {};
}

}  // namespace alidade
