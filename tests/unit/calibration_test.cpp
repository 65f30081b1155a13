// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include <QtTest>

#include "core/evaluation/errors/pose_region.h"
#include "core/evaluation/objects/calibration.h"
#include "core/evaluation/protocol_list.h"
#include "core/evaluation/statistics/distributions.h"
#include "tests/support/test_registry.h"
#include "tests/unit/pose_draws.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// How much of the truth lies inside, at each of the levels, of pose, rotation, translation.
struct Coverage {
  double pose[4] = {}, rotation[4] = {}, translation[4] = {};
};

using DrawPose = std::function<Rigid3(const Rigid3& center, bool truth)>;

Coverage coverage_of(PoseDraws& draws, const DrawPose& draw, const SymmetryGroup& group, RegionRule rule,
                     int objects, int samples) {
  Coverage coverage;
  for (int i = 0; i < objects; ++i) {
    const Rigid3 center = draws.anywhere();
    std::vector<Rigid3> poses;
    for (int k = 0; k < samples; ++k) {
      poses.push_back(draw(center, false));
    }
    const PoseLevels levels = pose_levels(poses, draw(center, true), group, rule);
    for (std::size_t p = 0; p < 4; ++p) {
      const double nominal = kCalibrationLevels[p];
      coverage.pose[p] += levels.pose.inside(nominal) / objects;
      coverage.translation[p] += levels.translation.inside(nominal) / objects;
      coverage.rotation[p] += levels.rotation ? levels.rotation->inside(nominal) / objects : 0.0;
    }
  }
  return coverage;
}

/// Within four standard errors of a share.
bool near_share(double found, double expected, int objects) {
  return std::abs(found - expected) <= 4.0 * std::sqrt(expected * (1.0 - expected) / objects);
}

#define VERIFY_COVERAGE(found, expected, objects) \
  QVERIFY2(near_share(found, expected, objects),  \
           (std::to_string(found) + " instead of " + std::to_string(expected)).c_str())

/// The F quantile, by bisection.
double fisher_quantile(double probability, double numerator, double denominator) {
  double low = 0.0, high = 1e6;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (fisher_probability(middle, numerator, denominator) < probability ? low : high) = middle;
  }
  return high;
}

Rigid3 turn_about_y(double angle) {
  return {rotation_about(Eigen::Vector3d::UnitY(), angle), Eigen::Vector3d::Zero()};
}

std::shared_ptr<EvaluationInput> calibration_input(int objects, int samples, std::uint64_t seed) {
  PoseDraws draws(seed, 0.01, 0.05);
  auto input = std::make_shared<EvaluationInput>();
  input->categories = {"cup", "box"};
  for (int i = 0; i < objects; ++i) {
    input->images.emplace_back().name = "image " + std::to_string(i);
    const Rigid3 center = draws.anywhere();
    PoseRow& truth = input->truth.rows.emplace_back();
    truth.image = static_cast<std::uint32_t>(i);
    truth.category = static_cast<std::uint32_t>(i % 2);
    truth.instance = 0;
    PoseRow prediction = truth;
    truth.cam_from_obj = draws.about(center);
    prediction.cam_from_obj = center;
    for (int k = 0; k < samples; ++k) {
      prediction.hypotheses.push_back(draws.about(center));
    }
    input->predictions.rows.push_back(std::move(prediction));
  }
  return input;
}

}  // namespace

class CalibrationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Truth and samples of one distribution: what is nominal comes true, with few samples and many.
  void samplesOfTheTruthsOwnDistributionAreCalibrated_data() {
    QTest::addColumn<int>("rule");
    QTest::addColumn<int>("samples");
    QTest::newRow("modes, 12 samples") << 0 << 12;
    QTest::newRow("modes, 50 samples") << 0 << 50;
    QTest::newRow("heaviest, 50 samples") << 1 << 50;
    QTest::newRow("density, 12 samples") << 2 << 12;
    QTest::newRow("density, 50 samples") << 2 << 50;
  }

  void samplesOfTheTruthsOwnDistributionAreCalibrated() {
    QFETCH(int, rule);
    QFETCH(int, samples);
    PoseDraws draws(11, 0.01, 0.04);
    constexpr int kObjects = 400;
    const Coverage found = coverage_of(
        draws, [&](const Rigid3& center, bool) { return draws.about(center); }, no_symmetry(),
        static_cast<RegionRule>(rule), kObjects, samples);
    for (std::size_t p = 0; p < 4; ++p) {
      VERIFY_COVERAGE(found.pose[p], kCalibrationLevels[p], kObjects);
      VERIFY_COVERAGE(found.rotation[p], kCalibrationLevels[p], kObjects);
      VERIFY_COVERAGE(found.translation[p], kCalibrationLevels[p], kObjects);
    }
  }

  // Samples of c times the truth's covariance: x - m has the covariance c S (1 / c + 1 / n) in place of
  // c S (1 + 1 / n), and T^2 shrinks or grows by the quotient. For n to infinity that is
  // F_chi2(c q_p), which is checked beside it.
  void scaledCovariancesGiveTheClosedForm_data() {
    QTest::addColumn<double>("factor");
    QTest::newRow("overconfident") << 0.5;
    QTest::newRow("timid") << 2.0;
  }

  void scaledCovariancesGiveTheClosedForm() {
    QFETCH(double, factor);
    constexpr int kObjects = 500, kSamples = 60;
    PoseDraws draws(12, 0.01, 0.03);
    const Coverage found = coverage_of(
        draws,
        [&](const Rigid3& center, bool truth) {
          return draws.about(center, truth ? 1.0 : std::sqrt(factor));
        },
        no_symmetry(), RegionRule::kModes, kObjects, kSamples);
    const double n = kSamples;
    for (std::size_t p = 0; p < 4; ++p) {
      const auto expected = [&](double d, double count) {
        const double quantile = fisher_quantile(kCalibrationLevels[p], d, count - d);
        return fisher_probability(quantile * (1.0 + 1.0 / count) / (1.0 / factor + 1.0 / count), d,
                                  count - d);
      };
      VERIFY_COVERAGE(found.pose[p], expected(6.0, n), kObjects);
      VERIFY_COVERAGE(found.rotation[p], expected(3.0, n), kObjects);
      VERIFY_COVERAGE(found.translation[p], expected(3.0, n), kObjects);
      const double limit = chi_square_probability(factor * chi_square_quantile(kCalibrationLevels[p], 6), 6);
      QVERIFY(std::abs(expected(6.0, 1e7) - limit) < 1e-5);
    }
  }

  // Samples and truth anywhere on the orbit: equivalents count as one.
  void samplesOverTheOrbitStayCalibrated_data() {
    QTest::addColumn<QString>("symmetry");
    QTest::addColumn<int>("rule");
    for (const char* name : {"y-flip", "box", "y-cone", "z-cylinder", "any"}) {
      QTest::addRow("%s, modes", name) << QString(name) << 0;
      QTest::addRow("%s, density", name) << QString(name) << 2;
    }
  }

  void samplesOverTheOrbitStayCalibrated() {
    QFETCH(QString, symmetry);
    QFETCH(int, rule);
    constexpr int kObjects = 300;
    const SymmetryGroup group = *named_symmetry(symmetry.toStdString());
    const auto elements = enumerate_symmetries(group, 90);
    PoseDraws draws(13, 0.01, 0.03);
    const Coverage found = coverage_of(
        draws,
        [&](const Rigid3& center, bool) {
          const Rigid3 element =
              group.any ? Rigid3{draws.anywhere().R, Eigen::Vector3d::Zero()}
                        : elements[draws.random().index(static_cast<std::uint32_t>(elements.size()))];
          return draws.about(center) * element;
        },
        group, static_cast<RegionRule>(rule), kObjects, 30);
    for (std::size_t p = 0; p < 4; ++p) {
      VERIFY_COVERAGE(found.pose[p], kCalibrationLevels[p], kObjects);
      VERIFY_COVERAGE(found.translation[p], kCalibrationLevels[p], kObjects);
      if (group.any) {
        QCOMPARE(found.rotation[p], 0.0);  // nothing can be said
      } else {
        VERIFY_COVERAGE(found.rotation[p], kCalibrationLevels[p], kObjects);
      }
    }
  }

  // Two modes of 60 and 40 %: all ellipsoids together are calibrated, that of the heaviest holds 0.6 p.
  void modesAreCalibratedTogether() {
    constexpr int kObjects = 400, kSamples = 50;
    for (const RegionRule rule : {RegionRule::kModes, RegionRule::kHeaviest}) {
      PoseDraws draws(14, 0.005, 0.03);
      int drawn = 0;
      const Coverage found = coverage_of(
          draws,
          [&](const Rigid3& center, bool truth) {
            const bool second = truth ? draws.random().uniform() < 0.4 : drawn++ % 5 < 2;
            return draws.about(center * turn_about_y(second ? 2.0 : 0.0));
          },
          no_symmetry(), rule, kObjects, kSamples);
      for (std::size_t p = 0; p < 4; ++p) {
        const double share = rule == RegionRule::kModes ? 1.0 : 0.6;
        VERIFY_COVERAGE(found.pose[p], share * kCalibrationLevels[p], kObjects);
        VERIFY_COVERAGE(found.rotation[p], share * kCalibrationLevels[p], kObjects);
      }
    }
  }

  // Far from normal: places on a ring, turns that are 0 or large. Ranks do not care.
  void densityIsCalibratedForAnyDistribution() {
    constexpr int kObjects = 400;
    PoseDraws draws(15, 0.0005, 0.01);
    const Coverage found = coverage_of(
        draws,
        [&](const Rigid3& center, bool) {
          const double angle = draws.random().uniform(0.0, 2.0 * std::numbers::pi);
          const double turn = draws.random().uniform() < 0.5 ? 0.0 : draws.random().uniform(0.0, 3.0);
          Rigid3 pose = draws.about(center * turn_about_y(turn));
          pose.t += 0.2 * Eigen::Vector3d(std::cos(angle), std::sin(angle), 0.0);
          return pose;
        },
        no_symmetry(), RegionRule::kDensity, kObjects, 40);
    for (std::size_t p = 0; p < 4; ++p) {
      VERIFY_COVERAGE(found.pose[p], kCalibrationLevels[p], kObjects);
    }
  }

  // The edge of a ranked region counts in part, so that levels between two ranks are exact.
  void ranksCountInPart() {
    const RegionLevel rank{0.25, 0.5};
    QCOMPARE(rank.inside(0.2), 0.0);
    QCOMPARE(rank.inside(0.375), 0.5);
    QCOMPARE(rank.inside(0.5), 1.0);
    const RegionLevel point{0.3, 0.3};
    QCOMPARE(point.inside(0.29), 0.0);
    QCOMPARE(point.inside(0.3), 1.0);
    // The mean over equally likely ranks is the level.
    double sum = 0.0;
    for (int i = 0; i < 7; ++i) {
      sum += RegionLevel{i / 7.0, (i + 1) / 7.0}.inside(0.9) / 7.0;
    }
    QVERIFY(std::abs(sum - 0.9) < 1e-12);
  }

  void levelsDoNotDependOnFrameEquivalentAndOrder() {
    PoseDraws draws(16, 0.01, 0.05);
    const SymmetryGroup group = *named_symmetry("box");
    const Rigid3 center = draws.anywhere(), motion = draws.anywhere();
    std::vector<Rigid3> poses, moved;
    for (int i = 0; i < 30; ++i) {
      poses.push_back(draws.about(center));
      moved.push_back(motion * poses.back() * group.finite[draws.random().index(4)]);
    }
    std::reverse(moved.begin(), moved.end());
    const Rigid3 truth = draws.about(center);
    for (const RegionRule rule : {RegionRule::kModes, RegionRule::kHeaviest, RegionRule::kDensity}) {
      const PoseLevels a = pose_levels(poses, truth, group, rule);
      const PoseLevels b = pose_levels(moved, motion * truth * group.finite[2], group, rule);
      QVERIFY(std::abs(a.pose.low - b.pose.low) < 1e-9);
      QVERIFY(std::abs(a.rotation->high - b.rotation->high) < 1e-9);
      QVERIFY(std::abs(a.translation.low - b.translation.low) < 1e-9);
    }
  }

  void samplesThatAgreeHaveATinyRegion() {
    const std::vector<Rigid3> alike(20);
    const Rigid3 off{rotation_about(Eigen::Vector3d::UnitX(), 0.01), Eigen::Vector3d::Zero()};
    for (const RegionRule rule : {RegionRule::kModes, RegionRule::kDensity}) {
      QVERIFY(pose_levels(alike, off, no_symmetry(), rule).pose.inside(0.95) < 0.1);
    }
    QCOMPARE(pose_levels(alike, {}, no_symmetry(), RegionRule::kModes).pose.inside(0.5), 1.0);
  }

  void theReportHasColumnsCurvesAndMeasures() {
    const auto input = calibration_input(60, 20, 17);
    for (const Protocol& protocol : calibration_protocols()) {
      QCOMPARE(protocol.obstacle(*input), std::string());
      const auto report = protocol.run(input, {});
      QVERIFY(report);
      QCOMPARE(report->rows.size(), std::size_t{3});
      QCOMPARE(report->rows.back().name, std::string("all"));
      QCOMPARE(report->curves.size(), std::size_t{3});
      for (const Curve& curve : report->curves) {
        const std::string part = curve.id.substr(std::string(kCalibrationCurve).size());
        for (const double level : kCalibrationLevels) {
          const auto at = static_cast<std::size_t>(std::lround(level * 20.0));
          const auto column = report->column(part + "_" + std::to_string(std::lround(100.0 * level)));
          QVERIFY(column.has_value());
          QCOMPARE(report->columns[*column].best_at.value(), level);
          QVERIFY(std::abs(curve.x[at] - 100.0 * level) < 1e-9);
          for (std::size_t row = 0; row < report->rows.size(); ++row) {
            QVERIFY(std::abs(curve.y[row][at] - report->rows[row].cells[*column].value.value()) < 1e-12);
          }
        }
      }
      // Twice the same images give the same value, no image at all none.
      const MetricCell& cell = report->rows.back().cells[2];
      QCOMPARE(cell.estimator(std::vector<std::uint32_t>(60, 2)).value(), cell.value.value());
      QVERIFY(!cell.estimator(std::vector<std::uint32_t>(60, 0)).has_value());
      QVERIFY(!report->explain(0, 0).verdict.empty());
    }
  }

  void theValueNearestToItsLevelIsBest() {
    MetricColumn column;
    column.best_at = 0.9;
    QVERIFY(is_better(column, 0.88, 0.99));
    QVERIFY(is_better(column, 0.93, 0.8));
    QVERIFY(!is_better(column, 1.0, 0.9));
    column.best_at.reset();
    QVERIFY(is_better(column, 0.99, 0.88));
  }

  void missedObjectsAreLeftOutAndFewSamplesRefused() {
    auto input = calibration_input(10, 20, 18);
    const Protocol protocol = calibration_protocols()[0];
    input->predictions.rows.pop_back();
    const auto report = protocol.run(input, {});
    QVERIFY(report);
    QVERIFY(report->samples.back().outcomes[0] == Outcome::kNone);
    QVERIFY(report->notes[0].find("1 ground truths have no prediction; they are left out.") == 0);
    input->predictions.rows[3].hypotheses = std::vector<Rigid3>(kLeastRegionSamples - 1);
    QVERIFY(protocol.obstacle(*input).find("row 3") != std::string::npos);
    QVERIFY(protocol.obstacle(*input).find("at least 10") != std::string::npos);
  }
};

ALIDADE_TEST(CalibrationTest)
#include "calibration_test.moc"
