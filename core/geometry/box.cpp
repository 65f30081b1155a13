// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/box.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/LU>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

/// A convex polygon in space. A rectangle cut by six planes has at most ten corners; rounding may split
/// an edge that lies in a plane, hence the reserve.
struct Polygon {
  static constexpr int kCapacity = 32;
  std::array<Eigen::Vector3d, kCapacity> points;
  int count = 0;

  void add(const Eigen::Vector3d& p) {
    if (count < kCapacity) {
      points[count++] = p;
    }
  }
};

/// Cuts the polygon to normal . x <= offset (Sutherland and Hodgman 1974).
void clip(Polygon& polygon, const Eigen::Vector3d& normal, double offset) {
  std::array<double, Polygon::kCapacity> side;
  bool any_outside = false;
  for (int i = 0; i < polygon.count; ++i) {
    side[i] = normal.dot(polygon.points[i]) - offset;
    any_outside = any_outside || side[i] > 0.0;
  }
  if (!any_outside) {
    return;
  }
  Polygon kept;
  for (int i = 0; i < polygon.count; ++i) {
    const int next = i + 1 == polygon.count ? 0 : i + 1;
    if (side[i] <= 0.0) {
      kept.add(polygon.points[i]);
    }
    if ((side[i] <= 0.0) != (side[next] <= 0.0)) {
      const double share = side[i] / (side[i] - side[next]);
      kept.add(polygon.points[i] + share * (polygon.points[next] - polygon.points[i]));
    }
  }
  polygon.count = kept.count;
  std::copy_n(kept.points.begin(), kept.count, polygon.points.begin());
}

double area(const Polygon& polygon) {
  Eigen::Vector3d twice = Eigen::Vector3d::Zero();
  for (int i = 2; i < polygon.count; ++i) {
    twice += (polygon.points[i - 1] - polygon.points[0]).cross(polygon.points[i] - polygon.points[0]);
  }
  return 0.5 * twice.norm();
}

/// Two boxes in each other's units: x = Q y + q and y = P x + p, where box A is |x_i| <= 1 and box B is
/// |y_j| <= 1. Scaling by the half sides keeps thin and very unequal boxes well conditioned.
struct BoxPair {
  Eigen::Matrix3d Q, P;
  Eigen::Vector3d q, p;
  double slack = 0.0;  ///< relative distance below which two faces count as one plane

  BoxPair(const OrientedBox& a, const OrientedBox& b) {
    const Eigen::Array3d half_a = 0.5 * a.size.array();
    const Eigen::Array3d half_b = 0.5 * b.size.array();
    const Eigen::Matrix3d turn = a.frame_from_box.R.transpose() * b.frame_from_box.R;
    const Eigen::Vector3d shift = a.frame_from_box.R.transpose() * (b.frame_from_box.t - a.frame_from_box.t);
    Q = half_a.inverse().matrix().asDiagonal() * turn * half_b.matrix().asDiagonal();
    P = half_b.inverse().matrix().asDiagonal() * turn.inverse() * half_a.matrix().asDiagonal();
    q = shift.array() / half_a;
    p = -(P * q);
    const double largest = std::max(half_a.maxCoeff(), half_b.maxCoeff());
    const double smallest = std::min(half_a.minCoeff(), half_b.minCoeff());
    slack = 1e-14 + 1e-15 * largest / smallest;
  }

  bool finite() const { return Q.allFinite() && P.allFinite() && q.allFinite() && p.allFinite(); }

  /// Whether a face plane of either box separates them, or they only touch.
  bool separated() const {
    const Eigen::Array3d reach_b = 1.0 + Q.array().abs().rowwise().sum();
    const Eigen::Array3d reach_a = 1.0 + P.array().abs().rowwise().sum();
    return (q.array().abs() >= reach_b * (1.0 - slack)).any() || (p.array().abs() >= reach_a * (1.0 - slack)).any();
  }
};

/// The face `axis` = `side` (+1 or -1) of the cube |x_i| <= 1, in cyclic order.
Polygon cube_face(int axis, double side) {
  constexpr double kU[4] = {-1.0, 1.0, 1.0, -1.0};
  constexpr double kV[4] = {-1.0, -1.0, 1.0, 1.0};
  Polygon face;
  for (int i = 0; i < 4; ++i) {
    Eigen::Vector3d corner;
    corner[axis] = side;
    corner[(axis + 1) % 3] = kU[i];
    corner[(axis + 2) % 3] = kV[i];
    face.add(corner);
  }
  return face;
}

/// Area of the part of A's face inside B, in A's units. A face in one plane with a face of B counts when both
/// look the same way (then it is B's copy that is dropped) and not when the boxes lie on either side of it.
double face_of_a_in_b(const BoxPair& pair, int axis, double side) {
  Polygon face = cube_face(axis, side);
  for (int j = 0; j < 3 && face.count > 0; ++j) {
    const Eigen::Vector3d normal = pair.P.row(j);
    const double slack = side * normal[axis] > 0.0 ? pair.slack : -pair.slack;
    clip(face, normal, 1.0 + slack - pair.p[j]);
    clip(face, -normal, 1.0 - slack + pair.p[j]);
  }
  return area(face);
}

/// Area of the part of B's face strictly inside A, in A's units.
double face_of_b_in_a(const BoxPair& pair, int axis, double side) {
  Polygon face = cube_face(axis, side);
  for (int i = 0; i < face.count; ++i) {
    face.points[i] = pair.Q * face.points[i] + pair.q;
  }
  for (int j = 0; j < 3 && face.count > 0; ++j) {
    clip(face, Eigen::Vector3d::Unit(j), 1.0 - pair.slack);
    clip(face, -Eigen::Vector3d::Unit(j), 1.0 - pair.slack);
  }
  return area(face);
}

bool empty(const OrientedBox& box) { return !(box.size.minCoeff() > 0.0); }

/// Whether the turned box covers the same points: signed permutations without exchange of sides.
bool keeps_box(const Eigen::Matrix3d& R) {
  return (R.cwiseAbs() - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < 1e-12;
}

}  // namespace

std::array<Eigen::Vector3d, 8> box_corners(const OrientedBox& box) {
  std::array<Eigen::Vector3d, 8> corners;
  for (int i = 0; i < 8; ++i) {
    const Eigen::Vector3d sign((i & 1) != 0 ? 0.5 : -0.5, (i & 2) != 0 ? 0.5 : -0.5, (i & 4) != 0 ? 0.5 : -0.5);
    corners[i] = box.frame_from_box * sign.cwiseProduct(box.size);
  }
  return corners;
}

const std::array<std::pair<int, int>, 12>& box_edges() {
  static const std::array<std::pair<int, int>, 12> edges = {{{0, 1}, {2, 3}, {4, 5}, {6, 7},    // along x
                                                             {0, 2}, {1, 3}, {4, 6}, {5, 7},    // along y
                                                             {0, 4}, {1, 5}, {2, 6}, {3, 7}}};  // along z
  return edges;
}

double intersection_volume(const OrientedBox& a, const OrientedBox& b) {
  if (empty(a) || empty(b)) {
    return 0.0;
  }
  const double reach = 0.5 * (a.size.norm() + b.size.norm());
  if ((a.frame_from_box.t - b.frame_from_box.t).squaredNorm() > reach * reach) {
    return 0.0;
  }
  const BoxPair pair(a, b);
  if (!pair.finite() || pair.separated()) {
    return 0.0;
  }
  // Divergence theorem about A's center: a third of the sum of area times distance of the face's plane.
  double volume = 0.0;
  for (int axis = 0; axis < 3; ++axis) {
    const double steepness = pair.P.row(axis).norm();
    for (const double side : {-1.0, 1.0}) {
      volume += face_of_a_in_b(pair, axis, side);
      volume += face_of_b_in_a(pair, axis, side) * (1.0 - side * pair.p[axis]) / steepness;
    }
  }
  volume *= a.volume() / 24.0;  // a third, and the cube |x_i| <= 1 has volume 8
  return std::isfinite(volume) ? std::clamp(volume, 0.0, std::min(a.volume(), b.volume())) : 0.0;
}

double box_iou(const OrientedBox& a, const OrientedBox& b) {
  if (empty(a) || empty(b)) {
    return 0.0;
  }
  const double shared = intersection_volume(a, b);
  const double joined = a.volume() + b.volume() - shared;
  return joined > 0.0 && shared > 0.0 ? std::clamp(shared / joined, 0.0, 1.0) : 0.0;
}

double symmetric_box_iou(const OrientedBox& a, const OrientedBox& b, const SymmetryGroup& group, int steps) {
  OrientedBox turned = b;
  if (group.any) {
    turned.frame_from_box.R = a.frame_from_box.R;
    return box_iou(a, turned);
  }
  double best = box_iou(a, b);
  const auto visit = [&](const Eigen::Matrix3d& element) {
    turned.frame_from_box.R = b.frame_from_box.R * element;
    best = std::max(best, box_iou(a, turned));
  };
  bool first = true;
  for (const Rigid3& finite : group.finite) {
    // Elements that map the box onto itself repeat what the identity gives.
    if (!first && keeps_box(finite.R)) {
      continue;
    }
    if (!first) {
      visit(finite.R);
    }
    first = false;
    for (const SymmetryAxis& axis : group.axes) {
      for (int i = 1; i < steps; ++i) {
        visit(rotation_about(axis.axis, 2.0 * std::numbers::pi * i / steps) * finite.R);
      }
    }
  }
  return best;
}

}  // namespace alidade
