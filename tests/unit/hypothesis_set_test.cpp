// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/hypothesis_set.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/constants.h"
#include "core/evaluation/protocol_list.h"
#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// The samples of an object: its row of 4x4 matrices.
std::vector<Rigid3> samples_of(const FixtureRows& rows, std::size_t object) {
  std::vector<Rigid3> samples;
  for (std::size_t k = 0; k < rows.width / 16; ++k) {
    samples.push_back(rows.rigid(object, 16 * k));
  }
  return samples;
}

std::vector<std::array<double, 2>> energies_of(const FixtureRows& rows, std::size_t object) {
  std::vector<std::array<double, 2>> energies;
  for (std::size_t k = 0; k < rows.width / 2; ++k) {
    energies.push_back({rows.at(object, 2 * k), rows.at(object, 2 * k + 1)});
  }
  return energies;
}

Rigid3 about_y(double degrees, double x = 0.0) {
  return {rotation_about(Eigen::Vector3d::UnitY(), degrees * kRadiansPerDegree),
          Eigen::Vector3d(x, 0.0, 1.0)};
}

/// One object with the given samples in one image.
std::shared_ptr<EvaluationInput> one_object(const std::vector<Rigid3>& samples, const Rigid3& truth) {
  auto input = std::make_shared<EvaluationInput>();
  input->images.emplace_back().name = "a";
  input->categories = {"thing"};
  input->truth.rows.emplace_back().cam_from_obj = truth;
  input->truth.rows[0].instance = 0;
  PoseRow& prediction = input->predictions.rows.emplace_back();
  prediction.instance = 0;
  prediction.cam_from_obj = samples.front();
  prediction.hypotheses = samples;
  return input;
}

double value(const EvaluationReport& report, const std::string& column, std::size_t row = 0) {
  return report.rows.at(row).cells.at(report.column(column).value()).value.value();
}

}  // namespace

class HypothesisSetTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void errorsAndSummaryMatchTheReference() {
    const FixtureRows poses = fixture_rows("pose_samples/sRT.npy"),
                      truths = fixture_rows("pose_samples/gt.npy");
    const FixtureRows errors = fixture_rows("pose_samples/errors_deg_cm.npy");
    const FixtureRows summary = fixture_rows("pose_samples/summary.npy");
    QVERIFY(poses.rows > 0);
    QCOMPARE(summary.width, std::size_t{8});
    for (std::size_t i = 0; i < poses.rows; ++i) {
      const auto samples = samples_of(poses, i);
      const HypothesisErrors found = hypothesis_errors(samples, truths.rigid(i), no_symmetry());
      for (std::size_t k = 0; k < samples.size(); ++k) {
        QVERIFY(std::abs(found.rotation[k] / kRadiansPerDegree - errors.at(i, 2 * k)) < 1e-6);
        QVERIFY(std::abs(100.0 * found.translation[k] - errors.at(i, 2 * k + 1)) < 1e-6);
      }
      const ErrorSummary r = summarize(found.rotation), t = summarize(found.translation);
      const double inside = share_within(found, 5.0 * kRadiansPerDegree, 0.02);
      const double expected[] = {r.mean / kRadiansPerDegree,
                                 r.median / kRadiansPerDegree,
                                 r.smallest / kRadiansPerDegree,
                                 100.0 * t.mean,
                                 100.0 * t.median,
                                 100.0 * t.smallest,
                                 inside,
                                 inside > 0.0 ? 1.0 : 0.0};
      for (std::size_t c = 0; c < 8; ++c) {
        QVERIFY2(std::abs(expected[c] - summary.at(i, c)) < 1e-6, std::to_string(c).c_str());
      }
    }
  }

  void rankingMatchesGenPose() {
    const FixtureRows poses = fixture_rows("pose_samples/sRT.npy"),
                      energy = fixture_rows("pose_samples/energy.npy");
    const FixtureRows sorted = fixture_rows("pose_samples/sorted_sRT.npy");
    const FixtureRows sorted_energy = fixture_rows("pose_samples/sorted_energy.npy");
    QVERIFY(poses.rows > 0);
    for (std::size_t i = 0; i < poses.rows; ++i) {
      const RankedHypotheses ranked = rank_hypotheses(samples_of(poses, i), energies_of(energy, i));
      const auto expected = samples_of(sorted, i);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        QVERIFY((ranked.poses[k].R - expected[k].R).norm() < 1e-6);
        QVERIFY((ranked.poses[k].t - expected[k].t).norm() < 1e-6);
        QVERIFY(std::abs(ranked.energies[k][0] - sorted_energy.at(i, 2 * k)) < 1e-6);
        QVERIFY(std::abs(ranked.energies[k][1] - sorted_energy.at(i, 2 * k + 1)) < 1e-6);
      }
    }
  }

  void averageMatchesGenPose_data() {
    QTest::addColumn<double>("ratio");
    for (const char* ratio : {"0.4", "0.6", "1.0"}) {
      QTest::newRow(ratio) << QString(ratio).toDouble();
    }
  }

  void averageMatchesGenPose() {
    QFETCH(double, ratio);
    const FixtureRows poses = fixture_rows("pose_samples/sRT.npy"),
                      energy = fixture_rows("pose_samples/energy.npy");
    const FixtureRows expected =
        fixture_rows(std::string("pose_samples/average_sRT_ratio") + QTest::currentDataTag() + ".npy");
    QVERIFY(poses.rows > 0);
    QCOMPARE(expected.rows, poses.rows);
    for (std::size_t i = 0; i < poses.rows; ++i) {
      const auto ranked = rank_hypotheses(samples_of(poses, i), energies_of(energy, i));
      const Rigid3 mean = average_of_best(ranked.poses, ratio);
      QVERIFY((mean.R - expected.rigid(i).R).norm() < 1e-6);
      QVERIFY((mean.t - expected.rigid(i).t).norm() < 1e-6);
    }
  }

  void nineNumbersAreDecoded() {
    const FixtureRows nine = fixture_rows("pose_samples/pose9.npy"),
                      R = fixture_rows("pose_samples/pose9_R.npy");
    QVERIFY(nine.rows > 0);
    for (std::size_t i = 0; i < nine.rows; ++i) {
      Eigen::Matrix<double, 6, 1> six;
      for (int c = 0; c < 6; ++c) {
        six[c] = nine.at(i, static_cast<std::size_t>(c));
      }
      QVERIFY((rotation_from_sixd(six, SixDOrder::kXY) - R.matrix3(i)).norm() < 1e-12);
    }
  }

  void oneSampleScoresItsOwnError() {
    const std::vector<Rigid3> one{about_y(30.0, 0.1)};
    const EnergyScores scores = energy_scores(one, about_y(0.0), no_symmetry());
    QVERIFY(std::abs(scores.rotation - 30.0 * kRadiansPerDegree) < 1e-12);
    QVERIFY(std::abs(scores.translation - 0.1) < 1e-15);
  }

  // Two samples at -a and +a: E|X - y| = a and half of E|X - X'| = 2a / 4.
  void twoSamplesScoreHalfTheirError() {
    const std::vector<Rigid3> two{about_y(-20.0, -0.1), about_y(20.0, 0.1)};
    const EnergyScores scores = energy_scores(two, about_y(0.0), no_symmetry());
    QVERIFY(std::abs(scores.rotation - 10.0 * kRadiansPerDegree) < 1e-12);
    QVERIFY(std::abs(scores.translation - 0.05) < 1e-15);
  }

  void symmetricTurnsCostNothing() {
    std::vector<Rigid3> samples;
    for (int i = 0; i < 36; ++i) {
      samples.push_back(about_y(10.0 * i + 3.0));
    }
    const SymmetryGroup group = continuous_symmetry(Eigen::Vector3d::UnitY());
    const HypothesisErrors errors = hypothesis_errors(samples, about_y(0.0), group);
    QVERIFY(*std::max_element(errors.rotation.begin(), errors.rotation.end()) < 1e-12);
    QVERIFY(std::abs(energy_scores(samples, about_y(0.0), group).rotation) < 1e-12);
    auto input = one_object(samples, about_y(0.0));
    input->truth.rows[0].symmetry = group;
    const auto protocols = hypothesis_protocols();
    const auto report = protocols[0].run(input, {});
    QVERIFY(report);
    QCOMPARE(value(*report, "mode_coverage"), 1.0);
    QCOMPARE(value(*report, "outlier_rate"), 0.0);
    QCOMPARE(value(*report, "within_5deg2cm"), 1.0);
  }

  void modesAndOutliersAreCounted() {
    const std::vector<Rigid3> samples{about_y(1.0), about_y(2.0), about_y(45.0), about_y(-2.0)};
    auto input = one_object(samples, about_y(0.0));
    input->truth.rows[0].symmetry = *named_symmetry("y-flip");
    const auto report = hypothesis_protocols()[0].run(input, {});
    QVERIFY(report);
    QCOMPARE(value(*report, "mode_coverage"), 0.5);
    QCOMPARE(value(*report, "outlier_rate"), 0.25);
    QCOMPARE(value(*report, "within_5deg2cm"), 0.75);
    QCOMPARE(value(*report, "any_5deg2cm", 1), 1.0);
    QVERIFY(std::abs(value(*report, "median_rotation") - 2.0 * kRadiansPerDegree) < 1e-12);
  }

  // Moving everything rigidly changes no number, nor does the order of the samples.
  void numbersDoNotDependOnFrameAndOrder() {
    Random random(7);
    std::vector<Rigid3> samples;
    for (int i = 0; i < 12; ++i) {
      samples.push_back({uniform_rotation(random.uniform(), random.uniform(), random.uniform()),
                         Eigen::Vector3d(random.uniform(), random.uniform(), random.uniform())});
    }
    const Rigid3 truth = about_y(12.0, 0.3);
    const Rigid3 motion{uniform_rotation(0.3, 0.6, 0.9), Eigen::Vector3d(1.0, -2.0, 3.0)};
    std::vector<Rigid3> moved;
    for (auto sample = samples.rbegin(); sample != samples.rend(); ++sample) {
      moved.push_back(motion * *sample);
    }
    const auto a = hypothesis_protocols()[0].run(one_object(samples, truth), {});
    const auto b = hypothesis_protocols()[0].run(one_object(moved, motion * truth), {});
    QVERIFY(a && b);
    for (std::size_t c = 0; c < a->columns.size(); ++c) {
      QVERIFY2(std::abs(*a->rows[0].cells[c].value - *b->rows[0].cells[c].value) < 1e-12,
               a->columns[c].id.c_str());
    }
  }

  void missedObjectsAndMissingArraysAreSaid() {
    auto input = one_object({about_y(1.0)}, about_y(0.0));
    input->truth.rows.push_back(input->truth.rows[0]);
    input->truth.rows[1].instance = 1;
    const auto protocols = hypothesis_protocols();
    const auto report = protocols[0].run(input, {});
    QVERIFY(report);
    QCOMPARE(value(*report, "any_5deg2cm"), 0.5);
    QCOMPARE(value(*report, "outlier_rate"), 0.0);
    QVERIFY(report->samples[1].outcomes[1] == Outcome::kWrong);
    QVERIFY(!report->explain(1, 1).verdict.empty());
    QVERIFY(protocols[0].obstacle(*input).empty());
    QVERIFY(protocols[2].obstacle(*input).find("energy") != std::string::npos);
    input->predictions.rows[0].hypotheses.clear();
    QVERIFY(protocols[0].obstacle(*input).find("hypotheses") != std::string::npos);
  }
};

ALIDADE_TEST(HypothesisSetTest)
#include "hypothesis_set_test.moc"
