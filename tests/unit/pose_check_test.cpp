// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/pose_check.h"

#include <limits>

#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

Eigen::Matrix4d matrix_of(const Eigen::Matrix3d& R, const Eigen::Vector3d& t) {
  Eigen::Matrix4d pose = Eigen::Matrix4d::Identity();
  pose.topLeftCorner<3, 3>() = R;
  pose.topRightCorner<3, 1>() = t;
  return pose;
}

bool pose_refused(const Expected<CheckedPose>& checked, const std::string& part) {
  return !checked && checked.error().code == ErrorCode::kInput &&
         checked.error().message.find(part) != std::string::npos && checked.error().message.back() != '.';
}

}  // namespace

class PoseCheckTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rotationsStayAsTheyAre() {
    Random random(1);
    for (int i = 0; i < 50; ++i) {
      const Eigen::Matrix3d R = random_rotation(random);
      const Eigen::Vector3d t = random_vector(random, -2.0, 2.0);
      for (const bool allow_scale : {false, true}) {
        const auto checked = check_pose(matrix_of(R, t), allow_scale);
        QVERIFY(checked);
        ALIDADE_NEAR((checked->pose.R - R).norm(), 0.0, 1e-14);
        QVERIFY(checked->pose.t == t);
        ALIDADE_NEAR(checked->scale, 1.0, 1e-14);
        ALIDADE_NEAR(checked->deviation, 0.0, 1e-14);
      }
    }
  }

  void scaleIsTakenOutWhereItIsAllowed() {
    Random random(2);
    for (const double scale : {1e-200, 1e-3, 0.35, 1.0, 42.0, 1e200}) {
      const Eigen::Matrix3d R = random_rotation(random);
      const auto checked = check_pose(scale * R, {1.0, 2.0, 3.0}, true);
      QVERIFY(checked);
      ALIDADE_NEAR(checked->scale / scale, 1.0, 1e-13);
      ALIDADE_NEAR((checked->pose.R - R).norm(), 0.0, 1e-13);
      QVERIFY(checked->pose.t == Eigen::Vector3d(1.0, 2.0, 3.0));
    }
    QVERIFY(
        pose_refused(check_pose(0.35 * random_rotation(random), {0.0, 0.0, 1.0}, false), "scaled by 0.35"));
  }

  void smallDeviationsAreRepairedAndLargeOnesRefused() {
    Random random(3);
    for (int i = 0; i < 50; ++i) {
      const Eigen::Matrix3d R = random_rotation(random);
      // A symmetric change in the rotation's own frame: the nearest rotation stays R.
      Eigen::Matrix3d change = random_vector(random, -1.0, 1.0).asDiagonal();
      change /= change.norm();
      const auto repaired =
          check_pose(R * (Eigen::Matrix3d::Identity() + 0.0099 * change), Eigen::Vector3d::Zero(), false);
      QVERIFY(repaired);
      ALIDADE_NEAR(repaired->deviation, 0.0099, 1e-12);
      ALIDADE_NEAR((repaired->pose.R - R).norm(), 0.0, 1e-12);
      ALIDADE_NEAR((repaired->pose.R.transpose() * repaired->pose.R - Eigen::Matrix3d::Identity()).norm(),
                   0.0, 1e-14);
      QVERIFY(pose_refused(
          check_pose(R * (Eigen::Matrix3d::Identity() + 0.0101 * change), Eigen::Vector3d::Zero(), false),
          "expected a rotation"));
    }
  }

  void reflectionsAndDegenerateMatricesAreRefused() {
    Random random(4);
    Eigen::Matrix3d mirror = random_rotation(random);
    mirror.col(0) *= -1.0;
    for (const bool allow_scale : {false, true}) {
      QVERIFY(pose_refused(check_pose(mirror, Eigen::Vector3d::Zero(), allow_scale), "reflection"));
      QVERIFY(pose_refused(
          check_pose(Eigen::Matrix3d(Eigen::Matrix3d::Zero()), Eigen::Vector3d::Zero(), allow_scale),
          "determinant is 0"));
      Eigen::Matrix3d flat = random_rotation(random);
      flat.col(2).setZero();
      QVERIFY(pose_refused(check_pose(flat, Eigen::Vector3d::Zero(), allow_scale), "expected a rotation"));
      const Eigen::Matrix3d sheared = (Eigen::Matrix3d() << 1, 1, 0, 0, 1, 0, 0, 0, 1).finished();
      QVERIFY(pose_refused(check_pose(sheared, Eigen::Vector3d::Zero(), allow_scale),
                           "away from the nearest one"));
    }
  }

  void numbersThatAreNotFiniteAreNamed() {
    Eigen::Matrix4d pose = Eigen::Matrix4d::Identity();
    pose(1, 3) = std::numeric_limits<double>::quiet_NaN();
    QVERIFY(pose_refused(check_pose(pose, false), "nan in row 2, column 4"));
    Eigen::Matrix3d R = Eigen::Matrix3d::Identity();
    R(0, 2) = -std::numeric_limits<double>::infinity();
    QVERIFY(pose_refused(check_pose(R, {0.0, 0.0, 1.0}, true), "-inf in row 1, column 3"));
    QVERIFY(pose_refused(
        check_pose(Eigen::Matrix3d::Identity(), {0.0, std::numeric_limits<double>::infinity(), 1.0}, true),
        "translation"));
  }

  void lastRowIsChecked() {
    Eigen::Matrix4d pose = Eigen::Matrix4d::Identity();
    pose(3, 3) = 1.0 + 1e-6;
    QVERIFY(check_pose(pose, false));
    pose(3, 3) = 2.0;
    QVERIFY(pose_refused(check_pose(pose, false), "found 0 0 0 2"));
    QVERIFY(pose_refused(
        check_pose(Eigen::Matrix4d(matrix_of(Eigen::Matrix3d::Identity(), {1, 2, 3}).transpose()), false),
        "last row"));
  }
};

ALIDADE_TEST(PoseCheckTest)
#include "pose_check_test.moc"
