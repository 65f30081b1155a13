// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QtTest>

#include "core/evaluation/protocol_list.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;

namespace {

constexpr double kDiameter = 0.2;

Rigid3 at_depth(double z) {
  return {Eigen::Matrix3d::Identity(), {0.0, 0.0, z}};
}

Rigid3 shifted(Rigid3 pose, double by) {
  pose.t.x() += by;
  return pose;
}

/// One object, a cross of eight vertices that a half turn about z maps onto itself, in one image per depth.
struct Scene {
  std::shared_ptr<EvaluationInput> input = std::make_shared<EvaluationInput>();

  explicit Scene(std::initializer_list<double> depths) {
    auto& object = input->objects[1];
    object.name = "cross";
    for (const double x : {-0.1, -0.03, 0.03, 0.1}) {
      object.vertices.emplace_back(x, 0.0, 0.0);
      object.vertices.emplace_back(0.0, x / 2.0, 0.0);
    }
    object.diameter = kDiameter;
    input->categories = {"cross"};
    for (const double z : depths) {
      add_truth(static_cast<std::uint32_t>(input->images.size()), at_depth(z));
    }
  }
  void make_symmetric() {
    input->objects[1].symmetry.finite.push_back({rotation_about(Eigen::Vector3d::UnitZ(), M_PI), {0, 0, 0}});
  }
  void add_truth(std::uint32_t image, const Rigid3& pose, double visible = 1.0) {
    if (image == input->images.size()) {
      ImageInfo info;
      info.name = "image " + std::to_string(image);
      info.camera = {640, 480, 500.0, 500.0, 320.0, 240.0};
      input->images.push_back(info);
    }
    PoseRow row;
    row.image = image;
    row.object_id = 1;
    row.cam_from_obj = pose;
    row.visible_fraction = visible;
    row.instance = static_cast<int>(std::count_if(input->truth.rows.begin(), input->truth.rows.end(),
                                                  [&](const PoseRow& r) { return r.image == image; }));
    input->truth.rows.push_back(row);
  }
  void add_estimate(std::uint32_t image, const Rigid3& pose, double score = 1.0) {
    PoseRow row;
    row.image = image;
    row.object_id = 1;
    row.cam_from_obj = pose;
    row.score = score;
    input->predictions.rows.push_back(row);
  }
  std::shared_ptr<const EvaluationReport> report(const std::string& id) const {
    for (const auto& make : {bop_protocols, object_protocols}) {
      for (const auto& protocol : make()) {
        if (protocol.id == id) {
          auto made = evaluate(protocol, input, {});
          return made ? *made : nullptr;
        }
      }
    }
    return nullptr;
  }
  double value(const std::string& id, const std::string& column) const {
    const auto made = report(id);
    return made ? made->rows.back().cells[made->column(column).value()].value.value_or(-1.0) : -2.0;
  }
};

}  // namespace

class ObjectProtocolsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // A shift moves every vertex alike, so ADD is the shift.
  void shiftsHaveKnownAdd() {
    Scene scene({1.0, 1.0, 1.0, 1.0});
    scene.add_estimate(0, shifted(at_depth(1.0), 0.019));
    scene.add_estimate(1, shifted(at_depth(1.0), 0.021));
    scene.add_estimate(2, shifted(at_depth(1.0), 0.101));
    QCOMPARE(scene.value("add", "add_0.1d"), 0.25);
    QCOMPARE(scene.value("add", "add_0.5d"), 0.5);
    ALIDADE_NEAR(scene.value("add", "add_auc"), ((1.0 - 0.19) + (1.0 - 0.21)) / 4.0, 1e-12);
  }

  void symmetricObjectsAreMeasuredByTheNearestVertex() {
    const Rigid3 turned{rotation_about(Eigen::Vector3d::UnitZ(), M_PI), {0.0, 0.0, 1.0}};
    Scene scene({1.0});
    scene.add_estimate(0, turned);
    for (const char* id : {"adi-bop", "adi-mqat"}) {
      QCOMPARE(scene.value(id, "adi_0.1d"), 1.0);
    }
    QCOMPARE(scene.value("add", "add_0.1d"), 0.0);
    QCOMPARE(scene.value("add-s", "add_s_0.1d"), 0.0);
    scene.make_symmetric();
    for (const char* id : {"add-s", "add-s-mqat"}) {
      QCOMPARE(scene.value(id, "add_s_0.1d"), 1.0);
    }
    QCOMPARE(scene.value("add", "add_0.1d"), 0.0);
    QCOMPARE(scene.value("bop19", "ar_mssd"), 1.0);
  }

  // BOP's scripts give up on centers farther apart than the diameter; MQAT's rule knows no such limit.
  void farCentersAreHopelessInBopOnly() {
    Scene scene({1.0});
    auto& vertices = scene.input->objects[1].vertices;
    for (int i = 1; i < 200; ++i) {
      vertices.emplace_back(-0.01 * i, 0.0, 0.0);  // a long tail that a shift maps onto itself
    }
    scene.add_estimate(0, shifted(at_depth(1.0), kDiameter * 1.05));
    QCOMPARE(scene.value("adi-bop", "adi_0.5d"), 0.0);
    QCOMPARE(scene.value("adi-mqat", "adi_0.5d"), 1.0);
  }

  void onlyTheBestScoredEstimatesCount() {
    Scene scene({1.0});
    scene.add_estimate(0, at_depth(1.0), 0.3);
    scene.add_estimate(0, shifted(at_depth(1.0), 0.15), 0.9);
    QCOMPARE(scene.value("add", "add_0.1d"), 0.0);
    QCOMPARE(scene.value("bop19", "ar_mssd"), 0.0);
    // In detection both are looked at: the false one ranks first and halves the precision.
    QCOMPARE(scene.value("bop24", "ap_mssd"), 0.5);
  }

  void theMostVisibleInstancesAreTheTargets() {
    Scene scene({});
    scene.add_truth(0, at_depth(1.0), 0.2);
    scene.add_truth(0, at_depth(2.0), 0.9);
    scene.input->targets = {{0, 1, 1}};
    scene.add_estimate(0, at_depth(1.0));
    QCOMPARE(scene.value("bop19", "ar_mssd"), 0.0);
    scene.input->predictions.rows[0].cam_from_obj = at_depth(2.0);
    QCOMPARE(scene.value("bop19", "ar_mssd"), 1.0);
    QCOMPARE(scene.report("bop19")->rows[0].truths, std::size_t{1});
  }

  void hardlyVisibleInstancesAreIgnoredInDetection() {
    Scene scene({1.0});
    scene.add_truth(0, at_depth(2.0), 0.05);
    scene.add_estimate(0, at_depth(2.0), 0.9);
    scene.add_estimate(0, at_depth(1.0), 0.8);
    QCOMPARE(scene.value("bop24", "ap"), 1.0);
    scene.input->truth.rows[1].visible_fraction = 0.1;
    scene.input->predictions.rows.pop_back();
    ALIDADE_NEAR(scene.value("bop24", "ap"), 51.0 / 101.0, 1e-12);
    scene.input->truth.rows.erase(scene.input->truth.rows.begin());
    scene.input->truth.rows[0].visible_fraction = 0.05;
    const auto nothing = scene.report("bop24");
    QVERIFY(nothing && !nothing->rows.back().cells[0].value && !nothing->rows[0].cells[0].reason.empty());
  }

  void equalScoresAreNoted() {
    Scene scene({1.0});
    scene.add_estimate(0, at_depth(1.0), 0.5);
    scene.add_estimate(0, shifted(at_depth(1.0), 0.15), 0.5);
    for (const char* id : {"bop19", "bop24", "add"}) {
      const auto notes = scene.report(id)->notes;
      QVERIFY(std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
        return note.find("1 estimates have the same score") != std::string::npos;
      }));
    }
    QCOMPARE(scene.value("bop19", "ar_mssd"), 1.0);  // the first in the file
  }

  void swisscubeCountsByDepth() {
    Scene scene({1.0, 2.0, 3.0, 4.0});
    scene.add_estimate(0, shifted(at_depth(1.0), 0.07 * kDiameter));
    scene.add_estimate(1, shifted(at_depth(2.0), 0.3 * kDiameter), 0.1);
    scene.add_estimate(1, shifted(at_depth(2.0), 0.01 * kDiameter), 0.2);
    scene.add_estimate(3, shifted(at_depth(4.0), 0.15 * kDiameter));
    const auto value = [&](const char* column) { return scene.value("swisscube", column); };
    QCOMPARE(value("adi_0.05d"), 0.25);
    QCOMPARE(value("adi_0.1d"), 0.5);
    QCOMPARE(value("adi_0.2d"), 0.75);
    QCOMPARE(value("adi_0.5d"), 0.75);        // the missing one counts as a whole diameter
    QCOMPARE(value("adi_0.1d_near"), 1.0);    // 1 m, and 2 m starts the next bin only beyond the margin
    QCOMPARE(value("adi_0.1d_medium"), 0.0);  // 3 m has no prediction
    QCOMPARE(value("adi_0.2d_far"), 1.0);
    // A shift of s at depth z moves pixels by f s / z.
    QCOMPARE(value("reproj_2px"), 0.25);   // 0.5 px at 2 m
    QCOMPARE(value("reproj_5px"), 0.5);    // 3.75 px at 4 m
    QCOMPARE(value("reproj_10px"), 0.75);  // 7 px at 1 m
    const auto report = scene.report("swisscube");
    const std::size_t column = report->column("adi_0.1d").value();
    QVERIFY(report->explain(0, column).verdict.find("right") != std::string::npos);
    QVERIFY(report->explain(2, column).steps[1].find("no prediction") != std::string::npos);
    QVERIFY(report->samples[2].outcomes[column] == Outcome::kWrong);
    QVERIFY(report->samples[0].outcomes[report->column("adi_0.1d_far").value()] == Outcome::kNone);
  }

  void explanationsTellTheMatching() {
    Scene scene({1.0});
    scene.add_estimate(0, shifted(at_depth(1.0), 0.1 * kDiameter), 0.75);
    const auto report = scene.report("bop19");
    const std::size_t column = report->column("ar_mssd").value();
    const Explanation told = report->explain(0, column);
    QCOMPARE(told.steps.size(), std::size_t{3});
    QVERIFY2(told.steps[1].find("MSSD of estimate 1 (score 0.75): 0.1 of the diameter to instance 0") == 0,
             told.steps[1].c_str());
    QVERIFY2(told.steps[2].find("thresholds, from 0.15 of the diameter on") != std::string::npos,
             told.steps[2].c_str());
    QVERIFY(report->samples[0].outcomes[column] == Outcome::kCorrect);
    ALIDADE_NEAR(*report->samples[0].measures[0], 0.1, 1e-12);
    QVERIFY(report->explain(99, 0).steps.empty() && report->explain(0, 99).steps.empty());
  }
};

ALIDADE_TEST(ObjectProtocolsTest)
#include "object_protocols_test.moc"
