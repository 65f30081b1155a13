// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include <QtTest>

#include "core/base/constants.h"
#include "core/base/random.h"
#include "core/geometry/pose_modes.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// `count` poses scattered about `center`: turns of about `spread` radians, shifts of about `spread_m`.
void scatter(std::vector<Rigid3>& poses, const Rigid3& center, int count, double spread, double spread_m,
             Random& random) {
  for (int i = 0; i < count; ++i) {
    const Eigen::Vector3d turn = spread * Eigen::Vector3d(random.normal(), random.normal(), random.normal());
    const Eigen::Vector3d shift =
        spread_m * Eigen::Vector3d(random.normal(), random.normal(), random.normal());
    poses.push_back({center.R * rotation_about(turn.normalized(), turn.norm()), center.t + shift});
  }
}

}  // namespace

class PoseModesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Two groups half a turn apart: their mean lies in neither, the mode in the larger one.
  void aModeNeverLiesBetweenTwoGroups() {
    Random random(5);
    const Rigid3 a{uniform_rotation(0.1, 0.4, 0.7), {0.1, 0.0, 0.8}};
    const Rigid3 b{a.R * rotation_about(Eigen::Vector3d::UnitZ(), std::numbers::pi), a.t};
    std::vector<Rigid3> poses;
    scatter(poses, a, 30, 2.0 * kRadiansPerDegree, 0.002, random);
    scatter(poses, b, 20, 2.0 * kRadiansPerDegree, 0.002, random);
    const auto modes = pose_modes(poses, {});
    QCOMPARE(modes.size(), std::size_t{2});
    QVERIFY(geodesic_distance(modes[0].pose.R, a.R) < 2.0 * kRadiansPerDegree);
    QVERIFY(geodesic_distance(modes[1].pose.R, b.R) < 2.0 * kRadiansPerDegree);
    QCOMPARE(modes[0].share, 0.6);
    QCOMPARE(modes[1].share, 0.4);
    QVERIFY(modes[0].density > modes[1].density);
    QVERIFY(geodesic_distance(highest_mode(poses, {}).R, a.R) < 2.0 * kRadiansPerDegree);
  }

  void anOutlierDoesNotMoveTheMode() {
    Random random(6);
    const Rigid3 center{uniform_rotation(0.3, 0.2, 0.9), {0.0, 0.1, 0.6}};
    std::vector<Rigid3> poses;
    scatter(poses, center, 20, kRadiansPerDegree, 0.001, random);
    const Rigid3 before = highest_mode(poses, {});
    poses.push_back({uniform_rotation(0.8, 0.6, 0.1), {5.0, 5.0, 5.0}});
    const Rigid3 after = highest_mode(poses, {});
    QVERIFY(geodesic_distance(before.R, after.R) < 1e-6);
    QVERIFY((before.t - after.t).norm() < 1e-8);
    QVERIFY((mean_pose(poses).t - center.t).norm() > 0.1);
  }

  // A tight group is its own mean.
  void tightGroupsGiveTheirMean() {
    Random random(7);
    std::vector<Rigid3> poses;
    scatter(poses, {}, 40, 0.1 * kRadiansPerDegree, 1e-4, random);
    const Rigid3 mode = highest_mode(poses, {});
    QVERIFY(geodesic_distance(mode.R, mean_pose(poses).R) < 1e-4);
    QVERIFY((mode.t - mean_pose(poses).t).norm() < 1e-6);
  }

  void movesWithTheFrame() {
    Random random(8);
    std::vector<Rigid3> poses;
    scatter(poses, {}, 30, 20.0 * kRadiansPerDegree, 0.02, random);
    const Rigid3 move{uniform_rotation(0.5, 0.1, 0.3), {1.0, -2.0, 0.5}};
    const Rigid3 expected = move * highest_mode(poses, {});
    for (Rigid3& pose : poses) {
      pose = move * pose;
    }
    const Rigid3 moved = highest_mode(poses, {});
    QVERIFY(geodesic_distance(moved.R, expected.R) < 1e-6);
    QVERIFY((moved.t - expected.t).norm() < 1e-7);
  }

  void fewPoses() {
    QVERIFY(pose_modes({}, {}).empty());
    const std::vector<Rigid3> one{{uniform_rotation(0.2, 0.2, 0.2), {0.0, 0.0, 1.0}}};
    const auto modes = pose_modes(one, {});
    QCOMPARE(modes.size(), std::size_t{1});
    QCOMPARE(modes[0].share, 1.0);
    QVERIFY(std::abs(modes[0].density - 1.0) < 1e-12);
    QVERIFY(geodesic_distance(modes[0].pose.R, one[0].R) < 1e-7);
  }
};

ALIDADE_TEST(PoseModesTest)
#include "pose_modes_test.moc"
