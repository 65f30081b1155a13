// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/box_overlap.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/geometry/box.h"
#include "core/geometry/convex_clip.h"
#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// The polyhedron of the intersection, built plane by plane.
double clipped_iou(const OrientedBox& a, const OrientedBox& b) {
  const Eigen::Vector3d half = 0.5 * a.size;
  const Eigen::Matrix3d turn = a.frame_from_box.R.transpose() * b.frame_from_box.R;
  const Eigen::Vector3d shift = a.frame_from_box.R.transpose() * (b.frame_from_box.t - a.frame_from_box.t);
  ClippedHexahedron shared(half.cwiseInverse().asDiagonal() * turn * (0.5 * b.size).asDiagonal(),
                           shift.cwiseQuotient(half));
  for (int axis = 0; axis < 3; ++axis) {
    shared.clip(axis, 1.0);
    shared.clip(axis, -1.0);
  }
  const double volume = std::max(0.0, shared.volume() * half.prod());
  return volume / (a.volume() + b.volume() - volume);
}

/// Every turn, without leaving out or pruning any.
double swept_iou(const OrientedBox& a, const OrientedBox& b, const SymmetryGroup& group, int steps) {
  double best = 0.0;
  for (const Rigid3& element : enumerate_symmetries(group, steps)) {
    OrientedBox turned = b;
    turned.frame_from_box.R = b.frame_from_box.R * element.R;
    best = std::max(best, clipped_iou(a, turned));
  }
  return best;
}

OrientedBox any_box(Random& random) {
  const Eigen::Matrix3d R = random_rotation(random);
  const Eigen::Vector3d t = random_vector(random, -0.5, 0.5);
  return {{R, t}, random_vector(random, 0.05, 0.6)};
}

double magnitude(Random& random, double lowest) {
  return std::pow(10.0, random.uniform(lowest, -0.5));
}

Eigen::Matrix3d quarter_turn(Random& random) {
  const double quarter = 0.5 * std::numbers::pi;
  return rotation_about(Eigen::Vector3d::UnitX(), quarter * random.index(4)) *
         rotation_about(Eigen::Vector3d::UnitZ(), quarter * random.index(4));
}

/// b against a: anywhere, tilted by next to nothing, turned about a face normal, parallel, with coincident
/// faces, inside.
OrientedBox related_box(const OrientedBox& a, int kind, Random& random) {
  OrientedBox b = a;
  const Eigen::Matrix3d R = a.frame_from_box.R;
  const Eigen::Vector3d direction = random_vector(random, -1.0, 1.0).normalized();
  switch (kind) {
    case 0:
      b = any_box(random);
      b.frame_from_box.t = a.frame_from_box.t + 0.3 * direction;
      break;
    case 1:
      b.frame_from_box.R = rotation_about(direction, magnitude(random, -17.0)) * R;
      break;
    case 2:
      b.frame_from_box.R =
          R * rotation_about(Eigen::Vector3d::Unit(random.index(3)), magnitude(random, -17.0));
      b.frame_from_box.t += magnitude(random, -17.0) * direction;
      break;
    case 3:
      b.frame_from_box.R = R * quarter_turn(random);
      b.frame_from_box.t += magnitude(random, -12.0) * direction;
      b.size = random_vector(random, 0.05, 0.6);
      break;
    case 4:
      for (int k = 0; k < 3; ++k) {
        b.size[k] *= random.uniform(0.3, 1.0);
        b.frame_from_box.t += 0.5 * (a.size[k] - b.size[k]) * (random.index(2) == 0 ? 1.0 : -1.0) * R.col(k);
      }
      break;
    default:
      b.size *= 0.3;
      b.frame_from_box = {random_rotation(random), a.frame_from_box.t + 0.2 * a.size.minCoeff() * direction};
  }
  return b;
}

}  // namespace

class BoxOverlapTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void agreesWithThePolyhedron() {
    Random random(61);
    for (int i = 0; i < 30000; ++i) {
      const OrientedBox a = any_box(random), b = related_box(a, i % 6, random);
      const double expected = clipped_iou(a, b);
      ALIDADE_NEAR(box_iou(a, b), expected, 1e-12);
      ALIDADE_NEAR(box_iou(b, a), expected, 1e-12);
    }
  }

  void sweepAgreesWithEveryTurn() {
    Random random(62);
    const char* const names[] = {"none",   "y-cone", "x-cylinder",       "z-cone",       "box",
                                 "y-flip", "cube",   "x-square-pyramid", "z-square-tube"};
    for (int i = 0; i < 1500; ++i) {
      OrientedBox a = any_box(random);
      if (i % 3 == 0) {  // a square cross section repeats after a quarter turn
        a.size.z() = a.size.x();
      }
      const OrientedBox b = related_box(a, i % 6, random);
      const SymmetryGroup group = *named_symmetry(names[i % std::size(names)]);
      const int steps = i % 2 == 0 ? 20 : 1 + static_cast<int>(random.index(23));
      ALIDADE_NEAR(symmetric_box_iou(a, b, group, steps), swept_iou(a, b, group, steps), 1e-12);
    }
    // An axis that is none of the box's own.
    const SymmetryGroup slanted = continuous_symmetry(Eigen::Vector3d(1.0, 2.0, -0.5));
    for (int i = 0; i < 100; ++i) {
      const OrientedBox a = any_box(random), b = related_box(a, i % 6, random);
      ALIDADE_NEAR(symmetric_box_iou(a, b, slanted, 8), swept_iou(a, b, slanted, 8), 1e-12);
    }
  }

  void theSecondBoxIsTheOneThatTurns() {
    // The axes differ, so turning one box is not turning the other.
    const SymmetryGroup about_y = continuous_symmetry(Eigen::Vector3d::UnitY());
    const Eigen::Matrix3d tilt = rotation_about(Eigen::Vector3d::UnitX(), 0.5);
    const OrientedBox a{{Eigen::Matrix3d::Identity(), Eigen::Vector3d::Zero()}, {0.4, 0.2, 0.1}};
    const OrientedBox b{{tilt, Eigen::Vector3d(0.05, 0.0, 0.0)}, {0.1, 0.3, 0.4}};
    ALIDADE_NEAR(symmetric_box_iou(a, b, about_y, 20), swept_iou(a, b, about_y, 20), 1e-12);
    ALIDADE_NEAR(symmetric_box_iou(b, a, about_y, 20), swept_iou(b, a, about_y, 20), 1e-12);
    QVERIFY(std::abs(symmetric_box_iou(a, b, about_y, 20) - symmetric_box_iou(b, a, about_y, 20)) > 1e-6);
  }

  void edgesRefuseOnlyWhatRoundingDecides() {
    Random random(63);
    int refused = 0;
    for (int i = 0; i < 2000; ++i) {
      const OrientedBox a = any_box(random), b = related_box(a, i % 2 == 0 ? 0 : 4, random);
      BoxRelation boxes{a.frame_from_box.R.transpose() * b.frame_from_box.R,
                        a.frame_from_box.R.transpose() * (b.frame_from_box.t - a.frame_from_box.t),
                        {},
                        0.5 * a.size,
                        0.5 * b.size};
      boxes.center_b = boxes.axes.transpose() * boxes.center;
      const std::optional<double> volume = overlap_by_edges(boxes);
      if (i % 2 != 0) {  // coincident faces
        QVERIFY(!volume.has_value());
        continue;
      }
      refused += !volume.has_value();
      if (volume && !boxes.separated()) {
        QVERIFY(*volume <= overlap_bound(boxes) + 1e-14);
        ALIDADE_NEAR(*volume, intersection_volume(a, b), 1e-14);
      }
    }
    QVERIFY(refused < 20);
  }
};

ALIDADE_TEST(BoxOverlapTest)
#include "box_overlap_test.moc"
