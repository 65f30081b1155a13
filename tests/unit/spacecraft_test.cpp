// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/objects/spacecraft.h"

#include <cmath>

#include <QtTest>

#include "core/base/constants.h"
#include "core/evaluation/objects/object_table.h"
#include "core/evaluation/objects/tracking.h"
#include "core/evaluation/protocol_list.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

Rigid3 pose(double degrees, double x, double z) {
  return {rotation_about(Eigen::Vector3d(1.0, -2.0, 0.5).normalized(), degrees * kRadiansPerDegree),
          Eigen::Vector3d(x, 0.0, z)};
}

/// Objects 0 .. n-1 of `sequence` frames, all found exactly.
std::shared_ptr<EvaluationInput> sequence(std::size_t frames, int objects) {
  auto input = std::make_shared<EvaluationInput>();
  input->categories = {"can"};
  for (std::size_t f = 0; f < frames; ++f) {
    input->images.emplace_back().name = "scene/" + std::to_string(f);
    for (int i = 0; i < objects; ++i) {
      PoseRow row;
      row.image = static_cast<std::uint32_t>(f);
      row.instance = i;
      row.size = Eigen::Vector3d(0.1, 0.2, 0.1);
      row.cam_from_obj = pose(7.0 * static_cast<double>(f) + i, 0.3 * i, 1.0);
      input->truth.rows.push_back(row);
      row.seconds = 0.05;
      input->predictions.rows.push_back(row);
    }
  }
  return input;
}

std::optional<double> value(const EvaluationReport& report, const char* column, std::size_t row) {
  return report.rows.at(row).cells.at(report.column(column).value()).value;
}

}  // namespace

class SpacecraftTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void errorsHaveTheirClosedForms() {
    const SpacecraftErrors e = speed_errors(pose(10.0, 0.0, 5.0), pose(13.0, 0.3, 5.4));
    QVERIFY(std::abs(e.position - 0.1) < 1e-15);
    QVERIFY(std::abs(e.orientation - 3.0 * kRadiansPerDegree) < 1e-12);
    QVERIFY(std::abs(e.score() - (0.1 + 3.0 * kRadiansPerDegree)) < 1e-12);
  }

  // acos of a rounded cosine would be wrong by 1e-8 here.
  void tinyAnglesAreAccurate() {
    for (const double degrees : {1e-10, 1e-6, 179.999999, 180.0}) {
      const SpacecraftErrors e = speed_errors(pose(0.0, 0.0, 1.0), pose(degrees, 0.0, 1.0));
      QVERIFY(std::abs(e.orientation - degrees * kRadiansPerDegree) < 1e-14);
    }
  }

  void bothSignsOfAQuaternionAreTheSame() {
    const auto q = quat_wxyz_from_rotation(pose(200.0, 0.0, 1.0).R);
    const Rigid3 negative{rotation_from_quat_wxyz({-q[0], -q[1], -q[2], -q[3]}),
                          Eigen::Vector3d(0.0, 0.0, 1.0)};
    QVERIFY(speed_errors(pose(200.0, 0.0, 1.0), negative).score() < 1e-14);
  }

  void smallErrorsCountNothingInSpeedPlus() {
    const Rigid3 truth = pose(0.0, 0.0, 10.0);
    QCOMPARE(speed_plus_errors(truth, pose(0.168, 0.0217, 10.0)).score(), 0.0);
    const SpacecraftErrors beyond = speed_plus_errors(truth, pose(0.170, 0.0218, 10.0));
    QVERIFY(std::abs(beyond.position - 2.18e-3) < 1e-12);
    QVERIFY(std::abs(beyond.orientation - 0.170 * kRadiansPerDegree) < 1e-12);
  }

  void theScoreIsTheMeanOverImages() {
    auto input = sequence(2, 1);
    input->predictions.rows[1].cam_from_obj.t.x() += 0.5;
    const auto protocols = spacecraft_protocols();
    const auto report = protocols[0].run(input, {});
    QVERIFY(report);
    QVERIFY(std::abs(*value(*report, "score", 1) - 0.25) < 1e-12);
    const auto& cell = report->rows[0].cells[0];
    QVERIFY(std::abs(*cell.estimator(std::vector<std::uint32_t>{3, 1}) - 0.125) < 1e-12);
    QVERIFY(!cell.estimator(std::vector<std::uint32_t>{0, 0}));
  }

  void incompleteSubmissionsAreRefused() {
    auto input = sequence(3, 1);
    input->predictions.rows.erase(input->predictions.rows.begin() + 1);
    const std::string obstacle = spacecraft_protocols()[0].obstacle(*input);
    QVERIFY2(obstacle.find("scene/1") != std::string::npos, obstacle.c_str());
  }

  void mediansFollowTheWeights() {
    using Kind = ObjectColumn::Kind;
    QCOMPARE(weighted_summary(Kind::kMedian, {{3.0, 1}, {1.0, 1}, {2.0, 1}}).value(), 2.0);
    QCOMPARE(weighted_summary(Kind::kMedian, {{3.0, 1}, {1.0, 1}}).value(), 2.0);
    QCOMPARE(weighted_summary(Kind::kMedian, {{3.0, 3}, {1.0, 1}, {2.0, 0}}).value(), 3.0);
    QCOMPARE(weighted_summary(Kind::kMean, {{3.0, 3}, {1.0, 1}}).value(), 2.5);
    QVERIFY(!weighted_summary(Kind::kMean, {{3.0, 0}}));
  }

  void perfectTracksAreHeld() {
    const auto input = sequence(6, 2);
    QCOMPARE(tracks(*input).size(), std::size_t{2});
    const auto report = tracking_protocols()[0].run(input, {});
    QVERIFY(report);
    for (const char* column : {"5deg5cm", "iou_25", "mean_iou"}) {
      QVERIFY2(std::abs(*value(*report, column, 0) - 1.0) < 1e-9, column);
    }
    QCOMPARE(*value(*report, "lost_tracks", 0), 0.0);
    QVERIFY(std::abs(*value(*report, "frame_rate", 1) - 20.0) < 1e-9);
    QVERIFY(!value(*report, "frame_rate", 0));
  }

  // One object is missed once, and far away once; the other is held.
  void lostTracksAreCounted() {
    auto input = sequence(4, 2);
    input->predictions.rows[2].cam_from_obj.t.z() += 1.0;
    input->predictions.rows.erase(input->predictions.rows.begin() + 4);
    const auto report = tracking_protocols()[0].run(input, {});
    QVERIFY(report);
    QCOMPARE(*value(*report, "lost_tracks", 0), 0.5);
    QCOMPARE(*value(*report, "5deg5cm", 0), 0.75);
    QCOMPARE(*value(*report, "iou_25", 0), 0.75);
    QVERIFY(std::abs(*value(*report, "mean_translation", 0) - 1.0 / 7.0) < 1e-12);
    QCOMPARE(report->samples.size(), std::size_t{8});
    for (const EvaluatedSample& sample : report->samples) {
      QCOMPARE(sample.outcomes.size(), report->columns.size());
    }
    for (std::size_t c = 0; c < report->columns.size(); ++c) {
      QVERIFY(!report->explain(0, c).verdict.empty());
    }
  }

  void sequencesAreToldApart() {
    auto input = sequence(4, 1);
    input->images[2].name = "other/0";
    QCOMPARE(tracks(*input).size(), std::size_t{2});
    input->truth.rows[1].object_id = 9;
    QCOMPARE(tracks(*input).size(), std::size_t{3});
  }
};

ALIDADE_TEST(SpacecraftTest)
#include "spacecraft_test.moc"
