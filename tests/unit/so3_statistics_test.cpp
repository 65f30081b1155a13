// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/so3_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

std::vector<Rigid3> turned_about_y(const std::vector<double>& degrees) {
  std::vector<Rigid3> poses;
  for (const double angle : degrees) {
    poses.push_back({rotation_about(Eigen::Vector3d::UnitY(), angle * kRadiansPerDegree),
                     Eigen::Vector3d(angle, 0.0, 1.0)});
  }
  return poses;
}

}  // namespace

class So3StatisticsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void averagesMatchGenPose_data() {
    QTest::addColumn<double>("ratio");
    QTest::newRow("0.4") << 0.4;
    QTest::newRow("0.6") << 0.6;
    QTest::newRow("1.0") << 1.0;
  }

  void averagesMatchGenPose() {
    QFETCH(double, ratio);
    const FixtureRows sorted = fixture_rows("pose_samples/sorted_sRT.npy");
    const FixtureRows expected =
        fixture_rows(std::string("pose_samples/average_sRT_ratio") + QTest::currentDataTag() + ".npy");
    QVERIFY(sorted.rows > 0);
    QCOMPARE(expected.rows, sorted.rows);
    const std::size_t samples = sorted.width / 16;
    for (std::size_t i = 0; i < sorted.rows; ++i) {
      std::vector<Rigid3> kept;
      for (std::size_t k = 0; k < static_cast<std::size_t>(std::lround(ratio * static_cast<double>(samples)));
           ++k) {
        kept.push_back(sorted.rigid(i, 16 * k));
      }
      const Rigid3 mean = mean_pose(kept);
      const Rigid3 reference = expected.rigid(i);
      QVERIFY(geodesic_distance(mean.R, reference.R) < 1e-6);
      QVERIFY((mean.t - reference.t).norm() < 1e-6);
    }
  }

  void errorsMatchTheOracle() {
    const FixtureRows samples = fixture_rows("pose_samples/sRT.npy"),
                      gt = fixture_rows("pose_samples/gt.npy");
    const FixtureRows errors = fixture_rows("pose_samples/errors_deg_cm.npy");
    const FixtureRows summary = fixture_rows("pose_samples/summary.npy");
    QVERIFY(samples.rows > 0);
    for (std::size_t i = 0; i < samples.rows; ++i) {
      std::vector<double> degrees, centimetres;
      const Rigid3 truth = gt.rigid(i);
      std::vector<Rigid3> poses;
      for (std::size_t k = 0; k < samples.width / 16; ++k) {
        poses.push_back(samples.rigid(i, 16 * k));
        degrees.push_back(geodesic_distance(truth.R, poses.back().R) / kRadiansPerDegree);
        centimetres.push_back((truth.t - poses.back().t).norm() * 100.0);
        ALIDADE_NEAR(degrees.back(), errors.at(i, 2 * k), 1e-6);
        ALIDADE_NEAR(centimetres.back(), errors.at(i, 2 * k + 1), 1e-6);
      }
      const double mean =
          std::accumulate(degrees.begin(), degrees.end(), 0.0) / static_cast<double>(degrees.size());
      ALIDADE_NEAR(mean, summary.at(i, 0), 1e-6);
      ALIDADE_NEAR(rotation_spread(poses, truth.R, no_symmetry()) / kRadiansPerDegree, summary.at(i, 0),
                   1e-6);
      ALIDADE_NEAR(*std::min_element(degrees.begin(), degrees.end()), summary.at(i, 2), 1e-6);
    }
  }

  void meanIgnoresOrderAndMovesAlong() {
    Random random(51);
    std::vector<Eigen::Matrix3d> rotations;
    const Eigen::Matrix3d center = random_rotation(random);
    for (int i = 0; i < 15; ++i) {
      rotations.push_back(
          center * rotation_about(random_vector(random, -1.0, 1.0).normalized(), random.uniform(0.0, 0.5)));
    }
    const Eigen::Matrix3d mean = mean_rotation(rotations);
    QVERIFY(geodesic_distance(mean, center) < 0.3);
    const Eigen::Matrix3d Q = random_rotation(random);
    std::vector<Eigen::Matrix3d> moved;
    for (auto it = rotations.rbegin(); it != rotations.rend(); ++it) {
      moved.push_back(Q * *it);
    }
    QVERIFY(geodesic_distance(mean_rotation(moved), Q * mean) < 1e-12);
    // Stationary point of the chordal cost: small turns do not lower sum |R - R_i|^2.
    const auto cost = [&](const Eigen::Matrix3d& R) {
      double sum = 0.0;
      for (const Eigen::Matrix3d& other : rotations) {
        sum += (R - other).squaredNorm();
      }
      return sum;
    };
    for (int i = 0; i < 20; ++i) {
      QVERIFY(cost(mean * rotation_about(random_vector(random, -1.0, 1.0).normalized(), 0.01)) > cost(mean));
    }
    QVERIFY(mean_rotation({}).isIdentity(0.0));
    QVERIFY(mean_pose({}).t.isZero(0.0));
  }

  void meanOfTurnsIsTheMiddleTurn() {
    const Rigid3 mean = mean_pose(turned_about_y({170.0, 180.0, 190.0}));
    ALIDADE_NEAR(geodesic_distance(mean.R, turned_about_y({180.0})[0].R), 0.0, 1e-12);
    ALIDADE_NEAR(mean.t.x(), 180.0, 1e-12);
  }

  void spreadAndOutliersRespectSymmetry() {
    const std::vector<Rigid3> poses = turned_about_y({0.0, 40.0, 80.0, 180.0});
    const SymmetryGroup none = no_symmetry(), cone = continuous_symmetry(Eigen::Vector3d::UnitY());
    ALIDADE_NEAR(rotation_spread(poses, Eigen::Matrix3d::Identity(), none) / kRadiansPerDegree, 75.0, 1e-10);
    ALIDADE_NEAR(rotation_spread(poses, Eigen::Matrix3d::Identity(), cone), 0.0, 1e-14);
    QCOMPARE(outlier_share(poses, Rigid3{}, none, 30.0 * kRadiansPerDegree), 0.75);
    QCOMPARE(outlier_share(poses, Rigid3{}, cone, 30.0 * kRadiansPerDegree), 0.0);
    QCOMPARE(outlier_share({}, Rigid3{}, none, 0.1), 0.0);
    QCOMPARE(rotation_spread({}, Eigen::Matrix3d::Identity(), none), 0.0);
  }

  void coverageCountsModes() {
    const SymmetryGroup pyramid = *named_symmetry("y-square-pyramid");
    const std::vector<Rigid3> poses = turned_about_y({2.0, 91.0, 95.0, 45.0});
    QCOMPARE(mode_coverage(poses, Rigid3{}, pyramid, 1, 10.0 * kRadiansPerDegree), 0.5);
    QCOMPARE(mode_coverage(turned_about_y({0.0, 90.0, 180.0, 270.0}), Rigid3{}, pyramid, 1,
                           10.0 * kRadiansPerDegree),
             1.0);
    QCOMPARE(mode_coverage(poses, Rigid3{}, no_symmetry(), 1, 10.0 * kRadiansPerDegree), 1.0);
    QCOMPARE(mode_coverage(turned_about_y({0.0}), Rigid3{}, continuous_symmetry(Eigen::Vector3d::UnitY()), 36,
                           11.0 * kRadiansPerDegree),
             3.0 / 36.0);
    QCOMPARE(mode_coverage({}, Rigid3{}, pyramid, 1, 1.0), 0.0);
  }

  void uniformRotationsAreUniform() {
    Random random(52);
    Eigen::Matrix3d sum = Eigen::Matrix3d::Zero();
    double angles = 0.0;
    constexpr int kCount = 20000;
    for (int i = 0; i < kCount; ++i) {
      const Eigen::Matrix3d R = random_rotation(random);
      QVERIFY((R.transpose() * R - Eigen::Matrix3d::Identity()).norm() < 1e-13);
      sum += R;
      angles += rotation_angle(R);
    }
    // Entries have mean 0 and variance 1/3; the mean angle under the Haar measure is pi/2 + 2/pi.
    QVERIFY((sum / kCount).cwiseAbs().maxCoeff() < 5.0 * std::sqrt(1.0 / 3.0 / kCount));
    ALIDADE_NEAR(angles / kCount, kPi / 2.0 + 2.0 / kPi, 0.03);
  }
};

ALIDADE_TEST(So3StatisticsTest)
#include "so3_statistics_test.moc"
