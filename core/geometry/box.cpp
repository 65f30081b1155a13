// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/box.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/geometry/box_overlap.h"
#include "core/geometry/convex_clip.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

BoxRelation relation(const OrientedBox& a, const OrientedBox& b) {
  BoxRelation boxes;
  boxes.axes = a.frame_from_box.R.transpose() * b.frame_from_box.R;
  boxes.center = a.frame_from_box.R.transpose() * (b.frame_from_box.t - a.frame_from_box.t);
  boxes.center_b = boxes.axes.transpose() * boxes.center;
  boxes.half_a = 0.5 * a.size;
  boxes.half_b = 0.5 * b.size;
  return boxes;
}

/// The same two boxes seen from the second one.
BoxRelation reversed(const BoxRelation& boxes) {
  return {boxes.axes.transpose(), -boxes.center_b, -boxes.center, boxes.half_b, boxes.half_a};
}

bool finite(const BoxRelation& boxes) {
  return boxes.axes.allFinite() && boxes.center.allFinite() && boxes.center_b.allFinite() &&
         boxes.half_a.allFinite() && boxes.half_b.allFinite();
}

/// By clipping a polyhedron, sound for coincident faces. The boxes are taken in each other's half sides,
/// which keeps thin and very unequal ones well conditioned.
double overlap_by_clipping(const BoxRelation& boxes) {
  const Eigen::Vector3d per_side = boxes.half_a.cwiseInverse();
  ClippedHexahedron shared(per_side.asDiagonal() * boxes.axes * boxes.half_b.asDiagonal(),
                           per_side.cwiseProduct(boxes.center));
  for (int axis = 0; axis < 3 && !shared.empty(); ++axis) {
    shared.clip(axis, 1.0);
    shared.clip(axis, -1.0);
  }
  return shared.volume() * boxes.half_a.prod();
}

/// Whether no side is so short that the sum over edges would lose digits.
bool compact(const Eigen::Vector3d& half) {
  return half.minCoeff() > 1e-2 * half.maxCoeff();
}

/// Volume shared by boxes that are finite and not empty.
double overlap(const BoxRelation& boxes) {
  if (boxes.separated()) {
    return 0.0;
  }
  // The origin of the sum belongs into the smaller box, which holds all of what is shared.
  const bool turn_around = boxes.half_b.squaredNorm() < boxes.half_a.squaredNorm();
  std::optional<double> volume;
  if (compact(boxes.half_a) && compact(boxes.half_b)) {
    volume = overlap_by_edges(turn_around ? reversed(boxes) : boxes);
  }
  if (!volume) {
    volume = overlap_by_clipping(boxes);
  }
  const double most = 8.0 * std::min(boxes.half_a.prod(), boxes.half_b.prod());
  return std::isfinite(*volume) ? std::clamp(*volume, 0.0, most) : 0.0;
}

bool empty(const OrientedBox& box) {
  return !(box.size.minCoeff() > 0.0);
}

double iou_of(double shared, double volumes) {
  const double joined = volumes - shared;
  return joined > 0.0 && shared > 0.0 ? std::clamp(shared / joined, 0.0, 1.0) : 0.0;
}

/// Whether the turned box covers the same points: signed permutations without exchange of sides.
bool keeps_box(const Eigen::Matrix3d& R) {
  return (R.cwiseAbs() - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < 1e-12;
}

/// How many of `steps` equal turns about the axis give different boxes: a turn by pi about one of the box's
/// own axes repeats the box, one by pi / 2 too if the cross section is square.
int distinct_turns(const Eigen::Vector3d& axis, const Eigen::Vector3d& size, int steps) {
  int along = 0;
  if (axis.cwiseAbs().maxCoeff(&along) != 1.0) {
    return steps;
  }
  const bool square = size[(along + 1) % 3] == size[(along + 2) % 3];
  return steps % 2 != 0 ? steps : square && steps % 4 == 0 ? steps / 4 : steps / 2;
}

/// Looks for the turn of box b that shares most with box a.
class BestTurn {
 public:
  BestTurn(const OrientedBox& a, const OrientedBox& b)
      : start_(relation(a, b)), volumes_(a.volume() + b.volume()) {
    turned_ = start_;
    const double smaller = std::min(a.volume(), b.volume());
    // Rounding alone lifts the best above this share of what nested boxes reach.
    settled_ = (1.0 - 1e-14) * iou_of(smaller, volumes_);
    possible_ = finite(start_);
  }

  /// Judges b turned by `element` of its symmetry; only a box that may win is measured.
  void visit(const Eigen::Matrix3d& element) {
    if (!possible_ || best_ >= settled_) {
      return;
    }
    turned_.axes.noalias() = start_.axes * element;
    turned_.center_b.noalias() = element.transpose() * start_.center_b;
    const double bound = iou_of(overlap_bound(turned_), volumes_);
    if (bound > best_) {
      best_ = std::max(best_, iou_of(overlap(turned_), volumes_));
    }
  }
  double best() const { return best_; }

 private:
  BoxRelation start_, turned_;
  double volumes_;
  double settled_ = 0.0;
  double best_ = 0.0;
  bool possible_ = false;
};

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
  const BoxRelation boxes = relation(a, b);
  return finite(boxes) ? overlap(boxes) : 0.0;
}

double box_iou(const OrientedBox& a, const OrientedBox& b) {
  return iou_of(intersection_volume(a, b), a.volume() + b.volume());
}

double symmetric_box_iou(const OrientedBox& a, const OrientedBox& b, const SymmetryGroup& group, int steps) {
  if (group.any) {
    return box_iou(a, {{a.frame_from_box.R, b.frame_from_box.t}, b.size});
  }
  const double reach = 0.5 * (a.size.norm() + b.size.norm());
  if (group.trivial() || empty(a) || empty(b) ||
      (a.frame_from_box.t - b.frame_from_box.t).squaredNorm() > reach * reach) {
    return box_iou(a, b);
  }
  BestTurn search(a, b);
  for (std::size_t f = 0; f < group.finite.size(); ++f) {
    const Eigen::Matrix3d& element = group.finite[f].R;
    // Elements that map the box onto itself repeat what the identity gives.
    if (f > 0 && keeps_box(element)) {
      continue;
    }
    search.visit(element);
    for (const SymmetryAxis& axis : group.axes) {
      const int turns = distinct_turns(axis.axis, b.size, steps);
      const Eigen::Matrix3d step = rotation_about(axis.axis, 2.0 * std::numbers::pi / std::max(steps, 1));
      Eigen::Matrix3d turn = element;
      for (int i = 1; i < turns; ++i) {
        turn = step * turn;
        search.visit(turn);
      }
    }
  }
  return search.best();
}

}  // namespace alidade
