// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/box_overlap.h"

#include <algorithm>
#include <cmath>

namespace alidade {
namespace {

using Four = Eigen::Array4d;  // the four sign pairs (s, t) of parallel lines

/// Below this cosine an axis counts as lying in a face plane. The position at which a line meets a plane is
/// off by rounding / cosine, so that what passes is good to about 1e-14 of the boxes' size.
constexpr double kInPlane = 1e-2;
/// Room for rounding where distances are compared, relative to the sides.
constexpr double kSlack = 1e-10;
/// Cosines are kept this far from zero: all quotients stay finite, and a line parallel to a slab still gets
/// an endless interval when it runs inside and an unreachable one when it runs outside.
constexpr double kTiny = 1e-30;

const Four kFirstSign(1.0, 1.0, -1.0, -1.0);
const Four kSecondSign(1.0, -1.0, 1.0, -1.0);

/// The part of four lines that lies inside all slabs seen so far.
struct Span {
  Four low, high;

  explicit Span(double reach) : low(Four::Constant(-reach)), high(Four::Constant(reach)) {}
  Span(const Four& center, double half) : low(center - half), high(center + half) {}

  void cut(const Four& center, double half) {
    low = low.max(center - half);
    high = high.min(center + half);
  }
  Four length() const { return (high - low).max(0.0); }
};

/// Box X with its edges, and box Y with the slabs that cut them.
struct EdgeClip {
  const Eigen::Matrix3d& turn;     ///< (l, k): X's axis k along Y's axis l
  const Eigen::Matrix3d& inverse;  ///< entry by entry
  const Eigen::Vector3d& offset;   ///< X's center in Y's frame
  const Eigen::Vector3d& half_x;
  const Eigen::Vector3d& half_y;

  /// Y's coordinate l of the middles of the four edges along X's axis k.
  Four middles(int k, int l) const {
    const int i = (k + 1) % 3;
    const int j = (k + 2) % 3;
    return offset[l] + (turn(l, i) * half_x[i]) * kFirstSign + (turn(l, j) * half_x[j]) * kSecondSign;
  }

  Four lengths(int k) const {
    Span span(half_x[k]);
    for (int l = 0; l < 3; ++l) {
      span.cut(middles(k, l) * -inverse(l, k), half_y[l] * std::abs(inverse(l, k)));
    }
    return span.length();
  }

  /// Whether an edge reaches a plane in which it almost lies.
  bool degenerate() const {
    for (int k = 0; k < 3; ++k) {
      for (int l = 0; l < 3; ++l) {
        const double slope = std::abs(turn(l, k));
        if (slope < kInPlane) {
          const double reach = slope * half_x[k] + kSlack * (half_y[l] + half_x.maxCoeff());
          if (((middles(k, l).abs() - half_y[l]).abs() <= reach).any()) {
            return true;
          }
        }
      }
    }
    return false;
  }
};

/// Lengths, in units of |a_i x b_j|, of the four lines in which the faces across A's axis i meet those across
/// B's axis j. A point of a line is alpha a_i + beta b_j + lambda a_i x b_j.
Four crossing_lengths(const BoxRelation& boxes, const Eigen::Matrix3d& turn, const Eigen::Matrix3d& inverse,
                      int i, int j) {
  const int k = (i + 1) % 3;
  const int k2 = (i + 2) % 3;
  const int l = (j + 1) % 3;
  const int l2 = (j + 2) % 3;
  const double cosine = turn(i, j);
  const double inverse_sine2 = 1.0 / (turn(k, j) * turn(k, j) + turn(k2, j) * turn(k2, j));
  const Four along_a = boxes.half_a[i] * kFirstSign;
  const Four along_b = boxes.center_b[j] + boxes.half_b[j] * kSecondSign;
  const Four alpha = (along_a - cosine * along_b) * inverse_sine2;
  const Four beta = (along_b - cosine * along_a) * inverse_sine2;
  Span span(beta * (turn(k, j) * inverse(k2, j)), boxes.half_a[k] * std::abs(inverse(k2, j)));
  span.cut(beta * -(turn(k2, j) * inverse(k, j)), boxes.half_a[k2] * std::abs(inverse(k, j)));
  span.cut((boxes.center_b[l] - alpha * turn(i, l)) * inverse(i, l2),
           boxes.half_b[l] * std::abs(inverse(i, l2)));
  span.cut((alpha * turn(i, l2) - boxes.center_b[l2]) * inverse(i, l),
           boxes.half_b[l2] * std::abs(inverse(i, l)));
  return span.length();
}

}  // namespace

bool BoxRelation::separated() const {
  constexpr double kTouch = 1.0 - 1e-14;
  const Eigen::Matrix3d cosines = axes.cwiseAbs();
  return (center.cwiseAbs().array() >= (half_a + cosines * half_b).array() * kTouch).any() ||
         (center_b.cwiseAbs().array() >= (half_b + cosines.transpose() * half_a).array() * kTouch).any();
}

double overlap_bound(const BoxRelation& boxes) {
  const Eigen::Matrix3d cosines = boxes.axes.cwiseAbs();
  const auto shared = [](const Eigen::Vector3d& half, const Eigen::Vector3d& middle,
                         const Eigen::Vector3d& reach) {
    const Eigen::Array3d high = (middle + reach).array().min(half.array());
    const Eigen::Array3d low = (middle - reach).array().max(-half.array());
    return (high - low).max(0.0).prod();
  };
  return std::min(shared(boxes.half_a, boxes.center, cosines * boxes.half_b),
                  shared(boxes.half_b, boxes.center_b, cosines.transpose() * boxes.half_a));
}

std::optional<double> overlap_by_edges(const BoxRelation& boxes) {
  const Eigen::Matrix3d turn =
      boxes.axes.unaryExpr([](double cosine) { return std::abs(cosine) < kTiny ? kTiny : cosine; });
  const Eigen::Matrix3d inverse = turn.cwiseInverse();
  const Eigen::Matrix3d turn_back = turn.transpose();
  const Eigen::Matrix3d inverse_back = inverse.transpose();
  const Eigen::Vector3d offset = -boxes.center_b;
  const EdgeClip edges_a{turn_back, inverse_back, offset, boxes.half_a, boxes.half_b};
  const EdgeClip edges_b{turn, inverse, boxes.center, boxes.half_b, boxes.half_a};
  if ((turn.array().abs() < kInPlane).any() && (edges_a.degenerate() || edges_b.degenerate())) {
    return std::nullopt;
  }
  Four sum = Four::Zero();
  for (int k = 0; k < 3; ++k) {
    const int i = (k + 1) % 3;
    const int j = (k + 2) % 3;
    sum += edges_a.lengths(k) * (2.0 * boxes.half_a[i] * boxes.half_a[j]);
    const Four to_first = boxes.half_b[i] + boxes.center_b[i] * kFirstSign;
    const Four to_second = boxes.half_b[j] + boxes.center_b[j] * kSecondSign;
    sum += edges_b.lengths(k) * (2.0 * to_first * to_second);
  }
  for (int j = 0; j < 3; ++j) {
    const Four to_b = boxes.half_b[j] + boxes.center_b[j] * kSecondSign;
    for (int i = 0; i < 3; ++i) {
      const double to_a = boxes.half_a[i];
      const Four cosine = turn(i, j) * kFirstSign * kSecondSign;
      sum += crossing_lengths(boxes, turn, inverse, i, j) *
             (2.0 * to_a * to_b - cosine * (to_a * to_a + to_b * to_b));
    }
  }
  return sum.sum() / 6.0;
}

}  // namespace alidade
