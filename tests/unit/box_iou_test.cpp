// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/geometry/box.h"
#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

OrientedBox box_at(const Eigen::Vector3d& center, const Eigen::Vector3d& size,
                   const Eigen::Matrix3d& R = Eigen::Matrix3d::Identity()) {
  return {{R, center}, size};
}

OrientedBox random_box(Random& random) {
  const Eigen::Matrix3d R = random_rotation(random);
  const Eigen::Vector3d center = random_vector(random, -0.3, 0.3);
  return box_at(center, random_vector(random, 0.05, 0.6), R);
}

}  // namespace

class BoxIouTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void matchesTheOracle() {
    const FixtureRows R1 = fixture_rows("box_iou/obb_R1.npy"), R2 = fixture_rows("box_iou/obb_R2.npy");
    const FixtureRows t1 = fixture_rows("box_iou/obb_t1.npy"), t2 = fixture_rows("box_iou/obb_t2.npy");
    const FixtureRows s1 = fixture_rows("box_iou/obb_s1.npy"), s2 = fixture_rows("box_iou/obb_s2.npy");
    const FixtureRows expected = fixture_rows("box_iou/obb_expected.npy");
    const nlohmann::json kinds = fixture_json("box_iou/obb_kinds.json");
    QVERIFY(expected.rows > 0);
    QCOMPARE(kinds.size(), expected.rows);
    for (std::size_t i = 0; i < expected.rows; ++i) {
      const OrientedBox a = box_at(t1.vector3(i), s1.vector3(i), R1.matrix3(i));
      const OrientedBox b = box_at(t2.vector3(i), s2.vector3(i), R2.matrix3(i));
      const std::string kind = kinds[i].get<std::string>();
      ALIDADE_NEAR(intersection_volume(a, b), expected.at(i, 0), 1e-9);
      ALIDADE_NEAR(box_iou(a, b), expected.at(i, 1), 1e-9);
      ALIDADE_NEAR(box_iou(b, a), expected.at(i, 1), 1e-9);
      if (kind == "touching_face" || kind == "disjoint") {
        QCOMPARE(box_iou(a, b), 0.0);
        QCOMPARE(box_iou(b, a), 0.0);
      }
    }
  }

  void matchesTheOracleOfThePoseBenchmark() {
    const FixtureRows gt = fixture_rows("nocs/nocs_gt_RTs.npy"),
                      pred = fixture_rows("nocs/nocs_pred_RTs.npy");
    const FixtureRows gt_size = fixture_rows("nocs/nocs_gt_scales.npy");
    const FixtureRows pred_size = fixture_rows("nocs/nocs_pred_scales.npy");
    const FixtureRows handle = fixture_rows("nocs/nocs_gt_handle_visibility.npy");
    const FixtureRows pairs = fixture_rows("nocs/nocs_pairs.npy");
    QVERIFY(pairs.rows > 0);
    for (std::size_t i = 0; i < pairs.rows; ++i) {
      const auto p = static_cast<std::size_t>(pairs.at(i, 1)), g = static_cast<std::size_t>(pairs.at(i, 2));
      double pred_scale = 1.0, gt_scale = 1.0;
      const Rigid3 pred_pose = pred.rigid(p, 0, &pred_scale);
      const Rigid3 gt_pose = gt.rigid(g, 0, &gt_scale);
      const OrientedBox a{gt_pose, gt_scale * gt_size.vector3(g)};
      const OrientedBox b{pred_pose, pred_scale * pred_size.vector3(p)};
      ALIDADE_NEAR(box_iou(a, b), pairs.at(i, 6), 1e-9);
      const int category = static_cast<int>(pairs.at(i, 3));  // bottle, bowl, camera, can, laptop, mug
      const bool symmetric =
          category == 1 || category == 2 || category == 4 || (category == 6 && handle.at(g, 0) == 0.0);
      const SymmetryGroup group = symmetric ? continuous_symmetry(Eigen::Vector3d::UnitY()) : no_symmetry();
      ALIDADE_NEAR(symmetric_box_iou(a, b, group, 20), pairs.at(i, 7), 1e-9);
    }
  }

  void closedForms() {
    const Eigen::Vector3d cube = Eigen::Vector3d::Ones();
    const OrientedBox unit = box_at(Eigen::Vector3d::Zero(), cube);
    QCOMPARE(box_iou(unit, unit), 1.0);
    ALIDADE_NEAR(intersection_volume(unit, box_at({0.25, 0.5, -0.1}, cube)), 0.75 * 0.5 * 0.9, 1e-15);
    ALIDADE_NEAR(box_iou(unit, box_at({0.1, 0.2, 0.0}, {0.2, 0.3, 0.4})), 0.2 * 0.3 * 0.4, 1e-15);
    // Two squares at 45 degrees share a regular octagon of area 2 (sqrt 2 - 1).
    const Eigen::Matrix3d eighth = rotation_about(Eigen::Vector3d::UnitZ(), std::numbers::pi / 4.0);
    const double octagon = 2.0 * (std::numbers::sqrt2 - 1.0);
    ALIDADE_NEAR(intersection_volume(unit, box_at(Eigen::Vector3d::Zero(), cube, eighth)), octagon, 1e-14);
    ALIDADE_NEAR(intersection_volume(unit, box_at({0.0, 0.0, 0.25}, cube, eighth)), 0.75 * octagon, 1e-14);
    // A half space that cuts a corner leaves a tetrahedron: the plane x + y + z = 1.5 - h cuts edges of
    // length h.
    const double h = 0.3;
    const Eigen::Vector3d n = cube.normalized();
    Eigen::Matrix3d frame;
    frame.col(0) = n;
    frame.col(1) = n.unitOrthogonal();
    frame.col(2) = n.cross(frame.col(1));
    const double side = 10.0;
    const Eigen::Vector3d center = n * ((1.5 - h) / std::sqrt(3.0) + 0.5 * side);
    ALIDADE_NEAR(intersection_volume(unit, box_at(center, Eigen::Vector3d::Constant(side), frame)),
                 h * h * h / 6.0, 1e-13);
  }

  void touchingAndEmptyBoxesShareNothing() {
    Random random(31);
    const Eigen::Vector3d size(0.2, 0.3, 0.4);
    for (int i = 0; i < 60; ++i) {
      const OrientedBox a = box_at(random_vector(random, -5.0, 5.0), size, random_rotation(random));
      OrientedBox b = a;
      const int axis = i % 3;
      b.frame_from_box.t += (i % 2 == 0 ? size[axis] : -size[axis]) * a.frame_from_box.R.col(axis);
      QVERIFY(box_iou(a, b) < 1e-13);
      const OrientedBox flat = box_at(a.frame_from_box.t, {0.1, 0.0, 0.1}, a.frame_from_box.R);
      QCOMPARE(box_iou(a, flat), 0.0);
      QCOMPARE(box_iou(flat, flat), 0.0);
      QCOMPARE(box_iou(a, box_at(a.frame_from_box.t, -size, a.frame_from_box.R)), 0.0);
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    QCOMPARE(box_iou(box_at({nan, 0.0, 0.0}, size), box_at({0.0, 0.0, 0.0}, size)), 0.0);
    QCOMPARE(box_iou(box_at({0.0, 0.0, 0.0}, size), box_at({0.0, 0.0, 0.0}, {nan, 1.0, 1.0})), 0.0);
  }

  void identicalThinAndAlmostIdenticalBoxes() {
    Random random(32);
    for (const double thickness : {1e-1, 1e-3, 1e-5}) {
      for (int i = 0; i < 40; ++i) {
        const OrientedBox a =
            box_at(random_vector(random, -2.0, 2.0), {0.3, thickness, 0.2}, random_rotation(random));
        ALIDADE_NEAR(box_iou(a, a), 1.0, 1e-9);
        OrientedBox b = a;
        b.frame_from_box.t += 0.5 * thickness * a.frame_from_box.R.col(1);
        ALIDADE_NEAR(box_iou(a, b), 1.0 / 3.0, 1e-9);
        // Faces that almost coincide: the loss is bounded by the tilt, relative to the thickness.
        for (const double tilt : {1e-15, 1e-13, 1e-11, 1e-9}) {
          b = a;
          b.frame_from_box.R =
              rotation_about(random_vector(random, -1.0, 1.0).normalized(), tilt) * a.frame_from_box.R;
          ALIDADE_NEAR(box_iou(a, b), 1.0, 1e-10 + tilt / thickness);
        }
      }
    }
  }

  void isSymmetricBoundedAndInvariant() {
    Random random(33);
    for (int i = 0; i < 300; ++i) {
      const OrientedBox a = random_box(random), b = random_box(random);
      const double volume = intersection_volume(a, b);
      QVERIFY(volume >= 0.0 && volume <= std::min(a.volume(), b.volume()));
      ALIDADE_NEAR(intersection_volume(b, a), volume, 1e-14);
      const Rigid3 moved{random_rotation(random), random_vector(random, -3.0, 3.0)};
      const OrientedBox a2{moved * a.frame_from_box, a.size}, b2{moved * b.frame_from_box, b.size};
      ALIDADE_NEAR(intersection_volume(a2, b2), volume, 1e-14);
    }
  }

  void partsAddUp() {
    // Cutting b by a plane of its own splits the shared volume: an identity that needs no oracle.
    Random random(34);
    for (int i = 0; i < 200; ++i) {
      const OrientedBox a = random_box(random), b = random_box(random);
      const double cut = random.uniform(0.1, 0.9);
      double sum = 0.0;
      for (const double part : {cut, 1.0 - cut}) {
        OrientedBox piece = b;
        piece.size.x() *= part;
        const double offset = (part == cut ? -0.5 * (1.0 - part) : 0.5 * (1.0 - part)) * b.size.x();
        piece.frame_from_box.t += offset * b.frame_from_box.R.col(0);
        sum += intersection_volume(a, piece);
      }
      ALIDADE_NEAR(sum, intersection_volume(a, b), 1e-14);
    }
  }

  void symmetricIouTakesTheBestTurn() {
    Random random(35);
    const OrientedBox a = box_at({0.0, 0.0, 0.5}, {0.1, 0.3, 0.2}, random_rotation(random));
    OrientedBox turned = a;
    turned.frame_from_box.R =
        a.frame_from_box.R * rotation_about(Eigen::Vector3d::UnitY(), 2.0 * std::numbers::pi * 3.0 / 20.0);
    QVERIFY(box_iou(a, turned) < 0.9);
    ALIDADE_NEAR(symmetric_box_iou(a, turned, continuous_symmetry(Eigen::Vector3d::UnitY()), 20), 1.0, 1e-12);
    // A quarter turn exchanges the sides, a half turn does not.
    turned.frame_from_box.R =
        a.frame_from_box.R * rotation_about(Eigen::Vector3d::UnitY(), std::numbers::pi / 2.0);
    ALIDADE_NEAR(symmetric_box_iou(a, turned, *named_symmetry("y-square-pyramid")), 1.0, 1e-12);
    ALIDADE_NEAR(symmetric_box_iou(a, turned, *named_symmetry("y-flip")), box_iou(a, turned), 1e-14);
    turned.frame_from_box.R = random_rotation(random);
    ALIDADE_NEAR(symmetric_box_iou(a, turned, *named_symmetry("any")), 1.0, 1e-12);
    ALIDADE_NEAR(symmetric_box_iou(a, turned, no_symmetry()), box_iou(a, turned), 0.0);
  }

  void cornersAndEdgesDescribeTheBox() {
    Random random(36);
    const OrientedBox box = random_box(random);
    const auto corners = box_corners(box);
    std::array<int, 8> degree{};
    for (const auto& [from, to] : box_edges()) {
      const int bit = from ^ to;
      QVERIFY(bit == 1 || bit == 2 || bit == 4);
      const int axis = bit == 1 ? 0 : bit == 2 ? 1 : 2;
      ALIDADE_NEAR((corners[from] - corners[to]).norm(), box.size[axis], 1e-14);
      ++degree[from];
      ++degree[to];
    }
    QVERIFY(std::all_of(degree.begin(), degree.end(), [](int d) { return d == 3; }));
    QVERIFY(
        (box.frame_from_box.inverse() * corners[5] - box.size.cwiseProduct(Eigen::Vector3d(0.5, -0.5, 0.5)))
            .norm() < 1e-14);
  }
};

ALIDADE_TEST(BoxIouTest)
#include "box_iou_test.moc"
