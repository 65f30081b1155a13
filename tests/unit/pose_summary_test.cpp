// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/pose_summary.h"

#include <cmath>
#include <numbers>

#include <QtTest>

#include "core/evaluation/errors/pose_hills.h"
#include "core/evaluation/statistics/distributions.h"
#include "core/evaluation/statistics/statistics.h"
#include "core/geometry/rotation_vector.h"
#include "tests/support/test_registry.h"
#include "tests/unit/pose_draws.h"

using namespace alidade;
using namespace alidade::test;

namespace {

const PoseStep kSizes = (PoseStep() << 0.01, 0.02, 0.03, 0.05, 0.1, 0.15).finished();
const Eigen::Vector3d kPoint(0.02, -0.01, 0.05);

double angle_between(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return std::atan2(a.cross(b).norm(), a.dot(b));
}

}  // namespace

class PoseSummaryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void chiSquareMatchesItsClosedForms() {
    for (const double p : {0.01, 0.5, 0.8, 0.9, 0.95, 0.999}) {
      QVERIFY(std::abs(chi_square_quantile(p, 2) + 2.0 * std::log(1.0 - p)) < 1e-12);
      for (const int degrees : {1, 2, 3, 5, 6, 9}) {
        QVERIFY(std::abs(chi_square_probability(chi_square_quantile(p, degrees), degrees) - p) < 1e-13);
      }
    }
    for (const double x : {0.01, 1.0, 4.0, 20.0}) {
      const double z = std::sqrt(0.5 * x);
      QVERIFY(std::abs(chi_square_probability(x, 1) - std::erf(z)) < 1e-14);
      const double three = std::erf(z) - 2.0 * z * std::numbers::inv_sqrtpi * std::exp(-z * z);
      QVERIFY(std::abs(chi_square_probability(x, 3) - three) < 1e-14);
    }
    QCOMPARE(chi_square_probability(0.0, 3), 0.0);
    QVERIFY(std::isinf(chi_square_quantile(1.0, 3)));
  }

  // F(2, n) has a closed form, F(1, n) is the square of Student's t, F(d, infinity) chi-square over d.
  void fisherMatchesItsClosedForms() {
    for (const double n : {1.0, 4.0, 44.0}) {
      for (const double x : {0.1, 1.0, 3.0, 30.0}) {
        const double closed = 1.0 - std::pow(1.0 + 2.0 * x / n, -0.5 * n);
        QVERIFY(std::abs(fisher_probability(x, 2.0, n) - closed) < 1e-13);
      }
      const double t = student_t_quantile(0.975, static_cast<std::size_t>(n));
      QVERIFY(std::abs(fisher_probability(t * t, 1.0, n) - 0.95) < 1e-12);
    }
    QVERIFY(std::abs(fisher_probability(2.0, 6.0, 1e8) - chi_square_probability(12.0, 6)) < 1e-6);
    QCOMPARE(fisher_probability(0.0, 6.0, 10.0), 0.0);
    QCOMPARE(fisher_probability(INFINITY, 6.0, 10.0), 1.0);
  }

  void logarithmAndExponentialAreInverse() {
    for (const double angle : {0.0, 1e-9, 1e-3, 1.0, 3.0, 3.1415}) {
      const Eigen::Vector3d v = angle * Eigen::Vector3d(1.0, -2.0, 0.5).normalized();
      QVERIFY((rotation_vector(rotation_of_vector(v)) - v).norm() < 1e-11);
      QVERIFY((rotation_of_vector(v) -
               rotation_about(v.norm() > 0.0 ? v.normalized() : Eigen::Vector3d::UnitX(), angle))
                  .norm() < 1e-12);
    }
  }

  void aCrossOfPosesHasItsClosedFormMeanAndCovariance() {
    PoseDraws draws(1, 0.0, 0.0);
    const Rigid3 center = draws.anywhere();
    const Rigid3 start = stepped_pose(center, 2.0 * kSizes, kPoint);
    const auto poses = cross_of_poses(center, kSizes, kPoint);
    const PoseGaussian gaussian = pose_gaussian(poses, no_symmetry(), start, kPoint);
    QVERIFY(geodesic_distance(gaussian.mean.R, center.R) < 1e-9);
    QVERIFY((gaussian.mean.t - center.t).norm() < 1e-9);
    const PoseCovariance expected = (2.0 / 11.0 * kSizes.cwiseAbs2()).asDiagonal();
    QVERIFY((gaussian.covariance - expected).norm() < 1e-9);
    QVERIFY(std::abs(gaussian.rotation_spread() - std::sqrt(2.0 / 11.0) * kSizes.tail<3>().norm()) < 1e-9);
  }

  // Samples of a known covariance give it back: each entry within five of its standard errors.
  void normalSamplesGiveTheirCovariance() {
    PoseDraws draws(2, 0.01, 0.05);
    const Rigid3 center = draws.anywhere();
    constexpr int kDrawn = 4000;
    std::vector<Rigid3> poses;
    for (int i = 0; i < kDrawn; ++i) {
      poses.push_back(draws.about(center));
    }
    const PoseGaussian gaussian = pose_gaussian(poses, no_symmetry(), poses[0], {0.0, 0.0, 0.0});
    const PoseCovariance truth = draws.covariance();
    for (int i = 0; i < 6; ++i) {
      for (int j = 0; j < 6; ++j) {
        const double error = std::sqrt((truth(i, i) * truth(j, j) + truth(i, j) * truth(i, j)) / kDrawn);
        QVERIFY(std::abs(gaussian.covariance(i, j) - truth(i, j)) < 5.0 * error);
      }
    }
  }

  void movingEverythingFromTheLeftMovesTheMeanOnly() {
    PoseDraws draws(3, 0.01, 0.1);
    const Rigid3 center = draws.anywhere(), motion = draws.anywhere();
    std::vector<Rigid3> poses, moved;
    for (int i = 0; i < 40; ++i) {
      poses.push_back(draws.about(center));
      moved.push_back(motion * poses.back());
    }
    const PoseGaussian a = pose_gaussian(poses, no_symmetry(), poses[0], kPoint);
    const PoseGaussian b = pose_gaussian(moved, no_symmetry(), moved[0], kPoint);
    QVERIFY((a.covariance - b.covariance).norm() < 1e-10);
    QVERIFY(((motion * a.mean).R - b.mean.R).norm() < 1e-9);
    QVERIFY(((motion * a.mean).t - b.mean.t).norm() < 1e-9);
  }

  void equivalentsAreFolded() {
    PoseDraws draws(4, 0.005, 0.03);
    const Rigid3 center = draws.anywhere();
    for (const char* name : {"y-flip", "box", "cube", "z-square-tube"}) {
      const SymmetryGroup group = *named_symmetry(name);
      std::vector<Rigid3> poses, turned;
      for (int i = 0; i < 40; ++i) {
        poses.push_back(draws.about(center));
        const auto element = draws.random().index(static_cast<std::uint32_t>(group.finite.size()));
        turned.push_back(poses.back() * group.finite[element]);
      }
      const PoseGaussian a = pose_gaussian(poses, no_symmetry(), center, {0.0, 0.0, 0.0});
      const PoseGaussian b = pose_gaussian(turned, group, center, {0.0, 0.0, 0.0});
      QVERIFY2((a.covariance - b.covariance).norm() < 1e-12, name);
      QVERIFY2((a.mean.R - b.mean.R).norm() < 1e-10, name);
      QCOMPARE(pose_hills(turned, group, {0.0, 0.0, 0.0}).size(), std::size_t{1});
      // Without the symmetry there are several modes, or, of a cube, so many that none holds a tenth.
      QVERIFY2(!pose_summary(turned, no_symmetry(), {0.0, 0.0, 0.0}, 0.9)->warning.empty(), name);
    }
  }

  // Turns about the axis of a continuous symmetry vanish, those across it stay.
  void aContinuousSymmetryLosesItsTurns() {
    PoseDraws draws(5, 0.0, 0.0);
    const Rigid3 center = draws.anywhere();
    const SymmetryGroup cone = *named_symmetry("y-cone");
    std::vector<Rigid3> poses;
    for (const Rigid3& pose : cross_of_poses(center, kSizes)) {
      poses.push_back(pose *
                      Rigid3{rotation_about(Eigen::Vector3d::UnitY(), draws.random().uniform(-3.0, 3.0)),
                             Eigen::Vector3d::Zero()});
    }
    const PoseGaussian gaussian = pose_gaussian(poses, cone, center, {0.0, 0.0, 0.0});
    QVERIFY(gaussian.covariance.row(4).norm() < 1e-12);
    QVERIFY(std::abs(gaussian.covariance(3, 3) - 2.0 / 11.0 * kSizes[3] * kSizes[3]) < 1e-9);
    QVERIFY(std::abs(gaussian.covariance(5, 5) - 2.0 / 11.0 * kSizes[5] * kSizes[5]) < 1e-9);
    const auto summary = pose_summary(poses, cone, {0.0, 0.0, 0.0}, 0.9);
    QCOMPARE(summary->cones.size(), std::size_t{1});
    QCOMPARE(summary->cones[0].axis, 1);
    QVERIFY(pose_summary(poses, *named_symmetry("any"), {0.0, 0.0, 0.0}, 0.9)->cones.empty());
  }

  void conesAndEllipsoidsHaveTheirClosedForm() {
    PoseDraws draws(6, 0.0, 0.0);
    const Rigid3 center = draws.anywhere();
    const double factor = std::sqrt(2.0 / 11.0);
    for (const double level : kSummaryLevels) {
      const auto summary = pose_summary(cross_of_poses(center, kSizes, kPoint), no_symmetry(), kPoint, level);
      QVERIFY(summary.has_value());
      QVERIFY((summary->center - center * kPoint).norm() < 1e-9);
      const double q3 = std::sqrt(chi_square_quantile(level, 3));
      for (int i = 0; i < 3; ++i) {  // eigenvalues rise, as the sizes do
        const Eigen::Vector3d half = summary->half_axes.col(i);
        QVERIFY(std::abs(half.norm() - q3 * factor * kSizes[i]) < 1e-8);
        QVERIFY(std::abs(std::abs(half.normalized().dot(center.R.col(i))) - 1.0) < 1e-9);
      }
      const double q2 = std::sqrt(-2.0 * std::log(1.0 - level));
      const double turns[3] = {kSizes[3], kSizes[4], kSizes[5]};
      QCOMPARE(summary->cones.size(), std::size_t{3});
      for (int axis = 0; axis < 3; ++axis) {
        const AxisCone& cone = summary->cones[static_cast<std::size_t>(axis)];
        const double a = turns[(axis + 1) % 3], b = turns[(axis + 2) % 3];
        QVERIFY(std::abs(cone.widest - q2 * factor * std::max(a, b)) < 1e-8);
        QVERIFY(std::abs(cone.narrowest - q2 * factor * std::min(a, b)) < 1e-8);
        double widest = 0.0, narrowest = 4.0;
        for (const Eigen::Vector3d& direction : cone.outline) {
          QVERIFY(std::abs(direction.norm() - 1.0) < 1e-12);
          widest = std::max(widest, angle_between(direction, cone.direction));
          narrowest = std::min(narrowest, angle_between(direction, cone.direction));
        }
        QVERIFY(std::abs(widest - cone.widest) < 1e-8 && std::abs(narrowest - cone.narrowest) < 1e-8);
        QCOMPARE(cone.outline.front(), cone.outline.back());
        // Turns about an axis move the others most: the widest side lies where the larger turn takes it.
        const Eigen::Vector3d across = center.R.col(a > b ? (axis + 2) % 3 : (axis + 1) % 3);
        const auto farthest =
            std::max_element(cone.outline.begin(), cone.outline.end(),
                             [&](const Eigen::Vector3d& x, const Eigen::Vector3d& y) {
                               return angle_between(x, cone.direction) < angle_between(y, cone.direction);
                             });
        QVERIFY(std::abs(farthest->dot(across)) > std::sin(cone.widest) - 1e-8);
      }
    }
  }

  // All turns spread by sigma: the half angle is sigma sqrt(-2 ln(1 - p)), and that share of axes lies
  // inside.
  void aConeHoldsItsShareOfTheAxes() {
    PoseDraws draws(7, 0.01, 0.04);
    const Rigid3 center = draws.anywhere();
    std::vector<Rigid3> poses;
    for (int i = 0; i < 2000; ++i) {
      poses.push_back(draws.about(center));
    }
    const auto summary = pose_summary(poses, no_symmetry(), {0.0, 0.0, 0.0}, 0.8);
    for (const AxisCone& cone : summary->cones) {
      int inside = 0;
      for (const Rigid3& pose : poses) {
        const Eigen::Vector3d axis = pose.R.col(cone.axis);
        // The nearest point of the outline in azimuth about the mean decides.
        double best = -2.0, reach = 0.0;
        const Eigen::Vector3d side = (axis - axis.dot(cone.direction) * cone.direction).normalized();
        for (const Eigen::Vector3d& rim : cone.outline) {
          const double along = (rim - rim.dot(cone.direction) * cone.direction).normalized().dot(side);
          if (along > best) {
            best = along;
            reach = angle_between(rim, cone.direction);
          }
        }
        inside += angle_between(axis, cone.direction) <= reach ? 1 : 0;
      }
      QVERIFY(std::abs(inside / 2000.0 - 0.8) < 5.0 * std::sqrt(0.8 * 0.2 / 2000.0));
    }
  }

  void severalModesAndWideSetsWarn() {
    PoseDraws draws(8, 0.003, 0.03);
    const Rigid3 center = draws.anywhere();
    std::vector<Rigid3> one, two, ring;
    for (int i = 0; i < 50; ++i) {
      one.push_back(draws.about(center));
      const double turn = i % 5 < 2 ? 2.5 : 0.0;
      const double around = draws.random().uniform(-std::numbers::pi, std::numbers::pi);
      two.push_back(one.back() * Rigid3{rotation_about(Eigen::Vector3d::UnitY(), turn), {0.0, 0.0, 0.0}});
      ring.push_back(one.back() * Rigid3{rotation_about(Eigen::Vector3d::UnitY(), around), {0.0, 0.0, 0.0}});
    }
    const Eigen::Vector3d origin = Eigen::Vector3d::Zero();
    QVERIFY(pose_summary(one, no_symmetry(), origin, 0.9)->warning.empty());
    const auto split = pose_summary(two, no_symmetry(), origin, 0.9);
    QCOMPARE(split->modes, std::size_t{2});
    QCOMPARE(split->heaviest_share, 0.6);
    QCOMPARE(split->warning, std::string("2 modes: the summary misleads"));
    QVERIFY(pose_summary(ring, no_symmetry(), origin, 0.9)->warning.find("spread by") != std::string::npos);
    QVERIFY(pose_summary(ring, *named_symmetry("y-cone"), origin, 0.9)->warning.empty());
  }

  // However wide a normal distribution is, its samples seldom look like several modes.
  void normalSamplesHaveOneMode() {
    int several = 0;
    for (int set = 0; set < 120; ++set) {
      PoseDraws draws(100 + static_cast<std::uint64_t>(set), 0.01, 0.05 * (1 + set % 4));
      std::vector<Rigid3> poses;
      const Rigid3 center = draws.anywhere();
      for (int i = 0; i < 50; ++i) {
        poses.push_back(draws.about(center));
      }
      several += pose_hills(poses, no_symmetry(), {0.0, 0.0, 0.0}).size() > 1 ? 1 : 0;
    }
    QVERIFY2(several <= 6, std::to_string(several).c_str());
  }

  void whatIsNotFiniteIsLeftOut() {
    std::vector<Rigid3> poses = cross_of_poses({}, kSizes);
    const auto before = pose_summary(poses, no_symmetry(), {0.0, 0.0, 0.0}, 0.9);
    poses.push_back({Eigen::Matrix3d::Constant(NAN), {0.0, 0.0, 0.0}});
    poses.push_back({Eigen::Matrix3d::Identity(), {0.0, INFINITY, 0.0}});
    poses.push_back({Eigen::Matrix3d::Identity(), {0.0, 1e200, 0.0}});
    const auto after = pose_summary(poses, no_symmetry(), {0.0, 0.0, 0.0}, 0.9);
    QCOMPARE(after->gaussian.count, std::size_t{12});
    QVERIFY(after->half_axes == before->half_axes);
    QVERIFY(!pose_summary(std::vector<Rigid3>(2), no_symmetry(), {0.0, 0.0, 0.0}, 0.9));
    // All alike: nothing is uncertain, and nothing breaks.
    const auto alike = pose_summary(std::vector<Rigid3>(5), no_symmetry(), {0.0, 0.0, 0.0}, 0.9);
    QVERIFY(alike && alike->half_axes.norm() < 1e-12 && alike->cones[0].widest < 1e-12);
  }
};

ALIDADE_TEST(PoseSummaryTest)
#include "pose_summary_test.moc"
