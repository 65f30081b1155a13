// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/rotation.h"

#include <cmath>

#include "core/base/constants.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

double distance_from_so3(const Eigen::Matrix3d& R) {
  return (R.transpose() * R - Eigen::Matrix3d::Identity()).norm() + std::abs(R.determinant() - 1.0);
}

}  // namespace

class RotationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void angleIsExactNearZeroAndPi() {
    Random random(11);
    for (const double angle : {0.0, 1e-12, 1e-8, 1e-3, 1.0, 3.0, kPi - 1e-6, kPi - 1e-9, kPi}) {
      for (int i = 0; i < 20; ++i) {
        const Eigen::Vector3d axis = random_vector(random, -1.0, 1.0).normalized();
        ALIDADE_NEAR(rotation_angle(rotation_about(axis, angle)), angle, 1e-15 + 4e-15 * (angle > 1e-4));
      }
    }
  }

  void distanceIsInvariant() {
    Random random(12);
    for (int i = 0; i < 100; ++i) {
      const Eigen::Matrix3d A = random_rotation(random), B = random_rotation(random),
                            Q = random_rotation(random);
      const double distance = geodesic_distance(A, B);
      ALIDADE_NEAR(geodesic_distance(B, A), distance, 1e-14);
      ALIDADE_NEAR(geodesic_distance(Q * A, Q * B), distance, 1e-13);
      ALIDADE_NEAR(geodesic_distance(A * Q, B * Q), distance, 1e-13);
      const Eigen::Matrix3d C = random_rotation(random);
      QVERIFY(distance <= geodesic_distance(A, C) + geodesic_distance(C, B) + 1e-12);
    }
  }

  void distanceMatchesBopErrors() {
    const FixtureRows gt = fixture_rows("bop/pairs_R_gt.npy");
    const FixtureRows est = fixture_rows("bop/pairs_R_est.npy");
    const FixtureRows expected = fixture_rows("bop/pairs_expected.npy");
    QVERIFY(gt.rows > 0);
    for (std::size_t i = 0; i < gt.rows; ++i) {
      ALIDADE_NEAR(geodesic_distance(est.matrix3(i), gt.matrix3(i)) * 180.0 / kPi, expected.at(i, 4), 1e-5);
    }
  }

  void projectionIsTheNearestRotation() {
    Random random(13);
    for (int i = 0; i < 50; ++i) {
      const Eigen::Matrix3d R = random_rotation(random);
      Eigen::Matrix3d stretch = Eigen::Matrix3d::Zero();
      stretch.diagonal() = random_vector(random, 0.5, 2.0);
      const Eigen::Matrix3d U = random_rotation(random);
      // A symmetric positive definite factor leaves the nearest rotation where it is (polar decomposition).
      const Eigen::Matrix3d M = R * (U * stretch * U.transpose());
      double deviation = -1.0;
      const Eigen::Matrix3d nearest = project_to_so3(M, &deviation);
      QVERIFY((nearest - R).norm() < 1e-13);
      ALIDADE_NEAR(deviation, (M - R).norm(), 1e-12);
    }
    const Eigen::Matrix3d mirrored = Eigen::Vector3d(1.0, 1.0, -1.0).asDiagonal();
    QVERIFY(distance_from_so3(project_to_so3(mirrored)) < 1e-14);
    QVERIFY(distance_from_so3(project_to_so3(Eigen::Matrix3d::Zero())) < 1e-14);
  }

  void quaternionsRoundTrip() {
    Random random(14);
    for (int i = 0; i < 200; ++i) {
      const Eigen::Matrix3d R = i < 100 ? random_rotation(random)
                                        : rotation_about(random_vector(random, -1.0, 1.0).normalized(), kPi);
      const std::array<double, 4> q = quat_wxyz_from_rotation(R);
      QVERIFY(q[0] >= 0.0);
      QVERIFY((rotation_from_quat_wxyz(q) - R).norm() < 1e-14);
      QVERIFY((rotation_from_quat_wxyz({-3.0 * q[0], -3.0 * q[1], -3.0 * q[2], -3.0 * q[3]}) - R).norm() <
              1e-14);
    }
  }

  void sixdMatchesGenPose() {
    const FixtureRows pose9 = fixture_rows("pose_samples/pose9.npy");
    const FixtureRows expected = fixture_rows("pose_samples/pose9_R.npy");
    QVERIFY(pose9.rows > 0);
    for (std::size_t i = 0; i < pose9.rows; ++i) {
      Eigen::Matrix<double, 6, 1> sixd;
      sixd << pose9.vector3(i, 0), pose9.vector3(i, 3);
      const Eigen::Matrix3d R = rotation_from_sixd(sixd, SixDOrder::kXY);
      QVERIFY((R - expected.matrix3(i)).cwiseAbs().maxCoeff() < 1e-12);
    }
  }

  void sixdRoundTripsInBothOrders() {
    Random random(15);
    for (int i = 0; i < 100; ++i) {
      const Eigen::Matrix3d R = random_rotation(random);
      for (const SixDOrder order : {SixDOrder::kXY, SixDOrder::kYX}) {
        const Eigen::Matrix<double, 6, 1> sixd = sixd_from_rotation(R, order);
        QVERIFY((rotation_from_sixd(sixd, order) - R).norm() < 1e-14);
        QVERIFY((rotation_from_sixd(1e-3 * sixd, order) - R).norm() < 1e-13);
        // The first column stays exact when the second is disturbed.
        Eigen::Matrix<double, 6, 1> disturbed = sixd;
        disturbed.tail<3>() += random_vector(random, -0.3, 0.3);
        const int exact = order == SixDOrder::kXY ? 0 : 1;
        QVERIFY((rotation_from_sixd(disturbed, order).col(exact) - R.col(exact)).norm() < 1e-14);
      }
    }
  }

  void degenerateSixdStillGivesRotations() {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    Eigen::Matrix<double, 6, 1> zero = Eigen::Matrix<double, 6, 1>::Zero(), parallel, first_missing,
                                second_missing, almost, tiny, bad;
    parallel << 1.0, 2.0, 3.0, -2.0, -4.0, -6.0;
    first_missing << 0.0, 0.0, 0.0, 0.0, 1.0, 1.0;
    second_missing << 0.0, 0.0, 5.0, 0.0, 0.0, 0.0;
    almost << 1.0, 2.0, 3.0, 1.0, 2.0, 3.0 + 1e-10;
    tiny << 1e-200, 0.0, 0.0, 0.0, 1e-200, 0.0;
    bad << nan, 0.0, 0.0, 0.0, 1.0, 0.0;
    for (const SixDOrder order : {SixDOrder::kXY, SixDOrder::kYX}) {
      for (const auto& sixd : {zero, parallel, first_missing, second_missing, almost, tiny, bad}) {
        QVERIFY(distance_from_so3(rotation_from_sixd(sixd, order)) < 1e-14);
      }
      QVERIFY(rotation_from_sixd(zero, order).isIdentity(0.0));
    }
  }
};

ALIDADE_TEST(RotationTest)
#include "rotation_test.moc"
