// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/spacecraft_accuracy.h"

#include <cmath>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/random.h"
#include "core/evaluation/statistics/statistics.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// A rod of three vertices, not symmetric in their spacing; its diameter is 2.
ObjectGeometry rod() {
  ObjectGeometry object;
  object.name = "rod";
  object.vertices = {{-1.0, 0.0, 0.0}, {0.5, 0.0, 0.0}, {1.0, 0.0, 0.0}};
  object.triangles = {{0, 1, 2}};
  object.diameter = 2.0;
  return object;
}

/// One rod per image at 1, 2, ... metres, found where it is.
EvaluationInput rods(std::uint32_t count) {
  EvaluationInput input;
  input.name = "rods";
  input.categories = {"rod"};
  input.objects.emplace(1, rod());
  for (std::uint32_t i = 0; i < count; ++i) {
    input.images.emplace_back().name = "image " + std::to_string(i);
    PoseRow row;
    row.image = i;
    row.instance = 0;
    row.object_id = 1;
    row.cam_from_obj.t.z() = 1.0 + i;
    input.truth.rows.push_back(row);
    input.predictions.rows.push_back(row);
  }
  return input;
}

SpacecraftRecords records_of(const EvaluationInput& input) {
  const auto records = spacecraft_records(input, {});
  return records ? *records : SpacecraftRecords{};
}

double cell(const EvaluationReport& report, const char* row, const char* column) {
  for (const MetricRow& candidate : report.rows) {
    if (candidate.name == row) {
      return candidate.cells.at(report.column(column).value()).value.value_or(std::nan(""));
    }
  }
  return std::nan("");
}

/// `count` images with ADD drawn at random about `mean`.
SpacecraftRecords noisy_run(std::uint32_t count, double mean, std::uint64_t seed) {
  Random random(seed);
  SpacecraftRecords run;
  for (std::uint32_t i = 0; i < count; ++i) {
    run.images.push_back("image " + std::to_string(i));
    const double add = std::abs(mean + 0.02 * random.normal());
    run.records.push_back({i, 0, 1.0 + i, SpacecraftPoseError{add, add, add, add, add}});
  }
  return run;
}

}  // namespace

class SpacecraftAccuracyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// By hand: turned half around, vertices at 1, -0.5, -1 against truth at -1, 0.5, 1.
  void errorsOfARodAreThoseByHand() {
    EvaluationInput input = rods(3);
    Rigid3& turned = input.predictions.rows[1].cam_from_obj;
    turned.R = rotation_about(Eigen::Vector3d::UnitZ(), std::acos(-1.0));
    input.predictions.rows[2].cam_from_obj.t.x() += 0.25;
    const SpacecraftRecords run = records_of(input);
    QCOMPARE(run.records.size(), std::size_t{3});
    QVERIFY(run.records[0].error->add < 1e-15 && run.records[0].error->rotation < 1e-12);
    const SpacecraftPoseError& half = *run.records[1].error;
    QVERIFY(std::abs(half.add - 5.0 / 3.0 / 2.0) < 1e-12);      // (2 + 1 + 2) / 3 over the diameter
    QVERIFY(std::abs(half.adi_bop - 0.5 / 3.0 / 2.0) < 1e-12);  // 0.5 is 0.5 from 1
    QVERIFY(std::abs(half.adi_mqat - 0.5 / 3.0 / 2.0) < 1e-12);
    QVERIFY(std::abs(half.rotation - std::acos(-1.0)) < 1e-12);
    const SpacecraftPoseError& moved = *run.records[2].error;
    QVERIFY(std::abs(moved.add - 0.125) < 1e-12 && std::abs(moved.translation - 0.25) < 1e-12);
    QCOMPARE(run.records[2].depth, 3.0);
  }

  /// Moved along the rod by 1.5 the two directions of ADI differ: estimated vertices lie at 0.5, 2 and 2.5.
  void directionsOfAdiDiffer() {
    EvaluationInput input = rods(1);
    input.predictions.rows[0].cam_from_obj.t.x() += 1.5;
    const SpacecraftRecords run = records_of(input);
    const SpacecraftPoseError& error = *run.records[0].error;
    QVERIFY(std::abs(error.adi_bop - (1.5 + 0.0 + 0.5) / 3.0 / 2.0) < 1e-12);
    QVERIFY(std::abs(error.adi_mqat - (0.0 + 1.0 + 1.5) / 3.0 / 2.0) < 1e-12);
  }

  void sharesCountLostPosesAsWrong() {
    EvaluationInput input = rods(9);
    input.predictions.rows[1].cam_from_obj.t.x() += 0.15;  // 0.075 d
    input.predictions.rows[8].cam_from_obj.t.y() += 1.0;   // 0.5 d exactly: not strictly below
    input.predictions.rows.erase(input.predictions.rows.begin() + 4);
    const SpacecraftRecords run = records_of(input);
    QVERIFY(!run.records[4].error);
    const DepthLimits limits = depth_limits(run);
    QVERIFY(std::abs(limits.medium - (1.0 + 8.0 / 3.0)) < 1e-6 &&
            std::abs(limits.far - (1.0 + 16.0 / 3.0)) < 1e-6);
    const EvaluationReport report = spacecraft_report(run, limits);
    QVERIFY(std::abs(cell(report, "all", "add_0.05d") - 6.0 / 9.0) < 1e-12);
    QVERIFY(std::abs(cell(report, "all", "add_0.1d") - 7.0 / 9.0) < 1e-12);
    QVERIFY(std::abs(cell(report, "all", "adi_mqat_0.5d") - 7.0 / 9.0) < 1e-12);
    QVERIFY(std::abs(cell(report, "near", "add_0.05d") - 2.0 / 3.0) < 1e-12);
    QVERIFY(std::abs(cell(report, "medium", "lost") - 1.0 / 3.0) < 1e-12);
    QVERIFY(std::abs(cell(report, "all", "lost") - 1.0 / 9.0) < 1e-12);
    QVERIFY(std::abs(cell(report, "far", "add_0.1d") - 2.0 / 3.0) < 1e-12);
    QCOMPARE(report.rows[0].truths, std::size_t{9});
    QCOMPARE(report.rows[0].predictions, std::size_t{8});
  }

  /// Against all numbers repeated by their weights.
  void percentilesFollowTheWeights() {
    const SpacecraftRecords run = noisy_run(23, 0.1, 3);
    const EvaluationReport report = spacecraft_report(run, depth_limits(run));
    const auto& estimator = report.rows[0].cells.at(report.column("add_p95").value()).estimator;
    Random random(4);
    for (int draw = 0; draw < 20; ++draw) {
      std::vector<std::uint32_t> weights;
      std::vector<double> repeated;
      for (std::size_t i = 0; i < run.records.size(); ++i) {
        weights.push_back(random.index(4));
        repeated.insert(repeated.end(), weights.back(), run.records[i].error->add);
      }
      std::sort(repeated.begin(), repeated.end());
      const double position = 0.95 * static_cast<double>(repeated.size() - 1);
      const auto below = static_cast<std::size_t>(position);
      const double above = repeated[std::min(below + 1, repeated.size() - 1)];
      const double expected =
          repeated[below] + (position - static_cast<double>(below)) * (above - repeated[below]);
      QVERIFY(std::abs(*estimator(weights) - expected) < 1e-14);
    }
    QVERIFY(!estimator(std::vector<std::uint32_t>(23, 0)));
  }

  void pairedRunsAreComparedImageByImage() {
    const SpacecraftRecords a = noisy_run(120, 0.09, 5), b = noisy_run(120, 0.11, 6);
    const DepthLimits limits = depth_limits(a);
    const BootstrapOptions options{200, 0.95, 1};
    const auto intervals = with_intervals(spacecraft_report(a, limits), options, {});
    QVERIFY(bool(intervals));
    const auto& share = intervals->rows[0].cells.at(intervals->column("add_0.1d").value());
    QVERIFY(share.interval && share.interval->low < *share.value && *share.value < share.interval->high);
    const auto test = paired_test(spacecraft_report(a, limits), spacecraft_report(b, limits), options, {});
    QVERIFY2(test, test ? "" : test.error().message.c_str());
    const PairedCell& difference = test->cells[0][intervals->column("add_0.1d").value()];
    QVERIFY(*difference.difference > 0.2 && difference.interval->low > 0.0 && *difference.p_value < 0.02);
    SpacecraftRecords other = b;
    other.images.back() = "another";
    QVERIFY(!paired_test(spacecraft_report(a, limits), spacecraft_report(other, limits), options, {}));
  }

  void recordsReadBack() {
    EvaluationInput input = rods(3);
    input.predictions.rows.pop_back();
    input.predictions.rows[0].cam_from_obj.t.x() += 1.0 / 3.0;
    input.provenance = current_provenance();
    input.provenance.dataset = "rods";
    const SpacecraftRecords run = records_of(input);
    const auto json = parse_ordered_json(json_text(to_json(run)), "step");
    QVERIFY(bool(json));
    const auto read = spacecraft_records_from_json(*json, "step");
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    QVERIFY(read->images == run.images && read->provenance == run.provenance && read->name == run.name);
    QCOMPARE(json_text(to_json(*read)), json_text(to_json(run)));
    QCOMPARE(read->records[0].error->add, run.records[0].error->add);
    QVERIFY(!read->records[2].error);
  }

  void whatCannotBeMeantIsRefused() {
    const auto run = noisy_run(2, 0.1, 7);
    const auto refused = [&](const std::function<void(nlohmann::ordered_json&)>& spoil) {
      nlohmann::ordered_json json = to_json(run);
      spoil(json);
      return !spacecraft_records_from_json(json, "step");
    };
    QVERIFY(!refused([](auto&) {}));
    QVERIFY(refused([](auto& json) { json = 3; }));
    QVERIFY(refused([](auto& json) { json["format"] = "other"; }));
    QVERIFY(refused([](auto& json) { json.erase("images"); }));
    QVERIFY(refused([](auto& json) { json["records"][0][0] = 2; }));
    QVERIFY(refused([](auto& json) { json["records"][0][3] = -0.1; }));
    QVERIFY(refused([](auto& json) { json["records"][1] = {0, 0}; }));
    QVERIFY(refused([](auto& json) { json["records"][1] = {0, 0, 1.0, 0.1}; }));
    QVERIFY(refused([](auto& json) { json["records"][1][4] = "x"; }));
    EvaluationInput bare = rods(2);
    bare.objects.clear();
    const auto missing = spacecraft_records(bare, {});
    QVERIFY(!missing && missing.error().message.find("object 1") != std::string::npos);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = spacecraft_records(rods(2), {stop.get_token(), {}});
    QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
  }

  void anEmptyRunHasNoNumbers() {
    EvaluationInput input = rods(2);
    input.truth.rows.clear();
    input.predictions.rows.clear();
    const SpacecraftRecords run = records_of(input);
    const EvaluationReport report = spacecraft_report(run, depth_limits(run));
    QCOMPARE(report.rows.size(), std::size_t{4});
    QVERIFY(std::isnan(cell(report, "all", "add_0.1d")));
    QVERIFY(!report.rows[0].cells[0].reason.empty());
  }
};

ALIDADE_TEST(SpacecraftAccuracyTest)
#include "spacecraft_accuracy_test.moc"
