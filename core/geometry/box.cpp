// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/box.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/geometry/convex_clip.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

/// Two boxes in each other's units: x = Q y + q, where box A is |x_i| <= 1 and box B is |y_j| <= 1. Scaling
/// by the half sides keeps thin and very unequal boxes well conditioned.
struct BoxPair {
  Eigen::Matrix3d Q;
  Eigen::Vector3d q;
  Eigen::Array3d reach_a,
      reach_b;        ///< extent of both boxes along B's and A's axes, in half sides of that box
  Eigen::Vector3d p;  ///< A's center in B's units

  BoxPair(const OrientedBox& a, const OrientedBox& b) {
    const Eigen::Array3d half_a = 0.5 * a.size.array();
    const Eigen::Array3d half_b = 0.5 * b.size.array();
    const Eigen::Matrix3d turn = a.frame_from_box.R.transpose() * b.frame_from_box.R;
    const Eigen::Vector3d shift = a.frame_from_box.R.transpose() * (b.frame_from_box.t - a.frame_from_box.t);
    Q = half_a.inverse().matrix().asDiagonal() * turn * half_b.matrix().asDiagonal();
    q = shift.array() / half_a;
    p = -(turn.transpose() * shift).array() / half_b;
    reach_b = 1.0 + Q.array().abs().rowwise().sum();
    reach_a = 1.0 + (half_b.inverse().matrix().asDiagonal() * turn.transpose() * half_a.matrix().asDiagonal())
                        .array()
                        .abs()
                        .rowwise()
                        .sum();
  }

  bool finite() const { return Q.allFinite() && q.allFinite() && p.allFinite() && reach_a.allFinite(); }

  /// Whether a face plane of either box separates them, or they only touch up to rounding.
  bool separated() const {
    constexpr double kTouch = 1.0 - 1e-14;
    return (q.array().abs() >= reach_b * kTouch).any() || (p.array().abs() >= reach_a * kTouch).any();
  }
};

bool empty(const OrientedBox& box) {
  return !(box.size.minCoeff() > 0.0);
}

/// Whether the turned box covers the same points: signed permutations without exchange of sides.
bool keeps_box(const Eigen::Matrix3d& R) {
  return (R.cwiseAbs() - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < 1e-12;
}

}  // namespace

std::array<Eigen::Vector3d, 8> box_corners(const OrientedBox& box) {
  std::array<Eigen::Vector3d, 8> corners;
  for (int i = 0; i < 8; ++i) {
    const Eigen::Vector3d sign((i & 1) != 0 ? 0.5 : -0.5, (i & 2) != 0 ? 0.5 : -0.5,
                               (i & 4) != 0 ? 0.5 : -0.5);
    corners[i] = box.frame_from_box * sign.cwiseProduct(box.size);
  }
  return corners;
}

const std::array<std::pair<int, int>, 12>& box_edges() {
  static const std::array<std::pair<int, int>, 12> edges = {{{0, 1},
                                                             {2, 3},
                                                             {4, 5},
                                                             {6, 7},  // along x
                                                             {0, 2},
                                                             {1, 3},
                                                             {4, 6},
                                                             {5, 7},  // along y
                                                             {0, 4},
                                                             {1, 5},
                                                             {2, 6},
                                                             {3, 7}}};  // along z
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
  ClippedHexahedron shared(pair.Q, pair.q);
  for (int axis = 0; axis < 3 && !shared.empty(); ++axis) {
    shared.clip(axis, 1.0);
    shared.clip(axis, -1.0);
  }
  const double volume = shared.volume() * a.volume() / 8.0;  // the cube |x_i| <= 1 has volume 8
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
