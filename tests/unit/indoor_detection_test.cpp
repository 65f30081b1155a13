// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/evaluation/indoor/indoor_matching.h"
#include "core/evaluation/protocol_list.h"
#include "core/geometry/box.h"
#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// One side of a fixture: boxes with the bottom's center are raised to the center of gravity.
std::vector<IndoorObject> indoor_objects(const std::string& stem, bool truth) {
  const FixtureRows box = fixture_rows("box_iou/" + stem + "_box.npy");
  const FixtureRows image = fixture_rows("box_iou/" + stem + "_image.npy");
  const FixtureRows label = fixture_rows("box_iou/" + stem + "_label.npy");
  const FixtureRows score = truth ? FixtureRows{} : fixture_rows("box_iou/" + stem + "_score.npy");
  std::vector<IndoorObject> objects(box.rows);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    objects[i].scene = static_cast<std::uint32_t>(image.at(i, 0));
    objects[i].category = static_cast<std::uint32_t>(label.at(i, 0));
    objects[i].score = truth ? 1.0 : score.at(i, 0);
    objects[i].box = {box.vector3(i), box.vector3(i, 3), box.at(i, 6)};
    objects[i].box.center.z() += 0.5 * objects[i].box.size.z();
  }
  return objects;
}

PoseRow row_of(const IndoorObject& object) {
  PoseRow row;
  row.image = object.scene;
  row.category = object.category;
  row.score = object.score;
  row.cam_from_obj = {rotation_about(Eigen::Vector3d::UnitZ(), object.box.yaw), object.box.center};
  row.size = object.box.size;
  return row;
}

std::shared_ptr<EvaluationInput> input_of(const std::vector<IndoorObject>& truths,
                                          const std::vector<IndoorObject>& detections) {
  auto input = std::make_shared<EvaluationInput>();
  std::uint32_t categories = 0, scenes = 0;
  for (const auto* objects : {&truths, &detections}) {
    for (const IndoorObject& object : *objects) {
      categories = std::max(categories, object.category + 1);
      scenes = std::max(scenes, object.scene + 1);
      (objects == &truths ? input->truth : input->predictions).rows.push_back(row_of(object));
    }
  }
  for (std::uint32_t c = 0; c < categories; ++c) {
    input->categories.push_back("c" + std::to_string(c));
  }
  for (std::uint32_t s = 0; s < scenes; ++s) {
    input->images.push_back({"scene " + std::to_string(s), 0, static_cast<int>(s), {}, -1.0});
  }
  input->truth.source = "gt.npz";
  input->predictions.source = "pred.npz";
  return input;
}

Expected<std::shared_ptr<const EvaluationReport>> run(const std::string& id,
                                                      std::shared_ptr<const EvaluationInput> input) {
  static const std::vector<Protocol> all = indoor_protocols();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Protocol& p) { return p.id == id; });
  return evaluate(*found, std::move(input), {});
}

IndoorObject cube(std::uint32_t scene, double x, double score = 1.0, std::uint32_t category = 0) {
  return {scene, category, score, {{x, 0.0, 0.0}, {1.0, 1.0, 1.0}, 0.0}};
}

const MetricCell& cell_of(const EvaluationReport& report, std::size_t row, const std::string& column) {
  return report.rows[row].cells[*report.column(column)];
}

}  // namespace

class IndoorDetectionTest : public QObject {
  Q_OBJECT

 private:
  void compareWith(const std::string& stem, const std::string& id) {
    const nlohmann::json expected = fixture_json("box_iou/" + stem + "_expected.json");
    const auto truths = indoor_objects(stem + "_gt", true), detections = indoor_objects(stem + "_det", false);
    QVERIFY(!truths.empty() && !detections.empty());
    const auto report = run(id, input_of(truths, detections));
    QVERIFY2(report, report ? "" : report.error().message.c_str());
    std::size_t compared = 0;
    for (const MetricRow& row : (*report)->rows) {
      for (const char* column : {"map_25", "map_50", "mar_25", "mar_50"}) {
        const bool recall = column[2] == 'r';
        const std::string threshold = std::string("_0.") + (column + 4);
        const std::string key = row.is_mean ? (recall ? "mAR" : "mAP") + threshold
                                            : row.name + (recall ? "_rec" : "_AP") + threshold;
        QVERIFY2(expected.contains(key), key.c_str());
        const MetricCell& cell = row.cells[*(*report)->column(column)];
        ++compared;
        if (!expected.at(key).is_number()) {  // NaN in the reference
          QVERIFY(!cell.value && !cell.reason.empty());
          continue;
        }
        QVERIFY(cell.value.has_value());
        ALIDADE_NEAR(*cell.value, expected.at(key).get<double>(), 1e-6);
      }
    }
    QCOMPARE(compared, expected.size());
  }

 private Q_SLOTS:
  void axisAlignedMatchesTheOracle() { compareWith("scannet18_axis_aligned", "indoor-axis-aligned"); }
  void rotatedMatchesTheOracle() { compareWith("sunrgbd10_rotated", "indoor-rotated"); }
  void axisAlignedIsRotatedWithoutTurn() { compareWith("scannet18_axis_aligned", "indoor-rotated"); }

  void overlapIsTheOneOfOrientedBoxes() {
    Random random(81);
    for (int i = 0; i < 3000; ++i) {
      UprightBox a{random_vector(random, -0.5, 0.5), random_vector(random, 0.1, 2.0),
                   random.uniform(-4.0, 4.0)};
      UprightBox b{random_vector(random, -0.5, 0.5), random_vector(random, 0.1, 2.0),
                   random.uniform(-4.0, 4.0)};
      if (i % 3 == 0) {  // parallel or at right angles, some with coincident sides
        b.yaw = a.yaw + 0.5 * std::numbers::pi * random.index(4);
        b.center = i % 2 == 0 ? a.center : b.center;
        b.size = i % 4 == 0 ? a.size : b.size;
      }
      const auto oriented = [](const UprightBox& box) {
        return OrientedBox{{rotation_about(Eigen::Vector3d::UnitZ(), box.yaw), box.center}, box.size};
      };
      ALIDADE_NEAR(upright_box_iou(a, b), box_iou(oriented(a), oriented(b)), 1e-12);
      ALIDADE_NEAR(upright_box_iou(a, b), upright_box_iou(b, a), 1e-12);
    }
  }

  void overlapClosedForms() {
    const UprightBox unit{Eigen::Vector3d::Zero(), Eigen::Vector3d::Ones(), 0.3};
    ALIDADE_NEAR(upright_box_iou(unit, unit), 1.0, 1e-14);
    UprightBox eighth = unit;
    eighth.yaw += 0.25 * std::numbers::pi;
    ALIDADE_NEAR(footprint_overlap(unit, eighth), 2.0 * (std::numbers::sqrt2 - 1.0), 1e-14);
    UprightBox above = unit;
    above.center.z() = 1.0;
    QCOMPARE(upright_box_iou(unit, above), 0.0);
    above.center.z() = 0.5;
    ALIDADE_NEAR(upright_box_iou(unit, above), 1.0 / 3.0, 1e-14);
    UprightBox flat = unit;
    flat.size = {0.0, 1.0, 1.0};  // a footprint side counts as 0.1 mm, the volume as nothing
    ALIDADE_NEAR(footprint_overlap(unit, flat), 1e-4, 1e-15);
    QVERIFY(upright_box_iou(flat, flat) <= 1.0);
    UprightBox broken = unit;
    broken.center.x() = std::nan("");
    QCOMPARE(upright_box_iou(unit, broken), 0.0);
  }

  void aDetectionHasNoSecondChoice() {
    // Both detections overlap the first cube most; the second of them also covers the other cube enough.
    const std::vector<IndoorObject> truths = {cube(0, 0.0), cube(0, 0.6)};
    const std::vector<IndoorObject> detections = {cube(0, 0.05, 0.9), cube(0, 0.25, 0.8)};
    const auto classes = indoor_classes(truths, detections, 1, 1, {});
    QVERIFY(bool(classes));
    const IndoorClass& of_class = classes->front();
    QCOMPARE(of_class.ranked[1].truth, 0);
    QVERIFY(upright_box_iou(detections[1].box, truths[1].box) > 0.25);
    QCOMPARE(indoor_correct(of_class, 0.25), (std::vector<bool>{true, false}));
    const auto report = run("indoor-axis-aligned", input_of(truths, detections));
    ALIDADE_NEAR(*cell_of(**report, 0, "map_25").value, 0.5, 1e-7);
    ALIDADE_NEAR(*cell_of(**report, 0, "mar_25").value, 0.5, 1e-12);
    // Ground truth found, ground truth missed, detection too much.
    QCOMPARE((*report)->samples.size(), std::size_t{3});
    const std::size_t column = *(*report)->column("map_25");
    int wrong = 0;
    for (std::size_t s = 0; s < (*report)->samples.size(); ++s) {
      wrong += (*report)->samples[s].outcomes[column] == Outcome::kWrong;
      const Explanation explanation = (*report)->explain(s, column);
      QVERIFY(!explanation.steps.empty() && !explanation.verdict.empty());
    }
    QCOMPARE(wrong, 2);
  }

  void thresholdsAreStrict() {
    // The detection is half of the cube: an IoU of exactly 0.5.
    const std::vector<IndoorObject> truths = {{0, 0, 1.0, {{0.0, 0.0, 0.0}, {1.0, 1.0, 1.0}, 0.0}}};
    const std::vector<IndoorObject> detections = {{0, 0, 0.5, {{0.25, 0.0, 0.0}, {0.5, 1.0, 1.0}, 0.0}}};
    const auto report = run("indoor-axis-aligned", input_of(truths, detections));
    QCOMPARE(*(*report)->samples.front().measures[0], 0.5);
    QCOMPARE(*cell_of(**report, 0, "map_25").value, 1.0);
    QCOMPARE(*cell_of(**report, 0, "map_50").value, 0.0);
  }

  void absentClasses() {
    // Class 0 complete, 1 without detection, 2 without ground truth, 3 on neither side.
    std::vector<IndoorObject> truths = {cube(0, 0.0), cube(0, 3.0, 1.0, 1)};
    std::vector<IndoorObject> detections = {cube(0, 0.0, 0.9)};
    auto input = input_of(truths, detections);
    input->categories.resize(4, "other");
    auto report = run("indoor-rotated", input);
    QCOMPARE((*report)->rows.size(), std::size_t{3});
    QCOMPARE(*cell_of(**report, 1, "map_25").value, 0.0);
    QVERIFY(!cell_of(**report, 1, "map_25").reason.empty());
    QCOMPARE(*cell_of(**report, 2, "map_25").value, 0.5);
    detections.push_back(cube(0, 9.0, 0.4, 2));
    report = run("indoor-rotated", input_of(truths, detections));
    QCOMPARE((*report)->rows.size(), std::size_t{4});
    QVERIFY(!cell_of(**report, 2, "map_25").value);
    QVERIFY(!cell_of(**report, 3, "map_25").value && !cell_of(**report, 3, "map_25").reason.empty());
    QVERIFY(!(*report)->notes.empty());
    // The curve over thresholds goes on: the mean of the classes that have ground truth.
    QCOMPARE((*report)->curves[0].x[10], 0.25);
    QCOMPARE((*report)->curves[0].y.back()[10], 0.5);
    QVERIFY(!run("indoor-rotated", input_of({}, detections)));
    report = run("indoor-rotated", input_of(truths, {}));
    QCOMPARE(*cell_of(**report, 2, "map_50").value, 0.0);
  }

  void estimatorsGiveTheValuesAndRepeatScenes() {
    const std::string stem = "sunrgbd10_rotated";
    const auto truths = indoor_objects(stem + "_gt", true), detections = indoor_objects(stem + "_det", false);
    const auto input = input_of(truths, detections);
    const auto once = run("indoor-rotated", input);
    std::vector<std::uint32_t> weights(input->images.size(), 1);
    auto more_truths = truths, more_detections = detections;
    for (std::uint32_t scene = 0; scene < weights.size(); scene += 2) {
      weights[scene] = 2;
      for (auto* objects : {&more_truths, &more_detections}) {
        for (std::size_t i = 0, count = objects->size(); i < count; ++i) {
          if ((*objects)[i].scene == scene) {
            objects->push_back((*objects)[i]);
            objects->back().scene = static_cast<std::uint32_t>(weights.size()) + scene;
          }
        }
      }
    }
    const auto twice = run("indoor-rotated", input_of(more_truths, more_detections));
    QVERIFY(once && twice);
    for (std::size_t r = 0; r < (*once)->rows.size(); ++r) {
      for (std::size_t c = 0; c < (*once)->columns.size(); ++c) {
        const MetricCell& cell = (*once)->rows[r].cells[c];
        QCOMPARE(*cell.estimator(std::vector<std::uint32_t>(weights.size(), 1)), *cell.value);
        ALIDADE_NEAR(*cell.estimator(weights), *(*twice)->rows[r].cells[c].value, 1e-6);
      }
    }
  }

  void turnedBoxesAreRefusedByName() {
    std::vector<IndoorObject> truths = {cube(0, 0.0)}, detections = {cube(0, 0.0), cube(0, 1.0)};
    detections[1].box.yaw = 0.2;
    auto report = run("indoor-axis-aligned", input_of(truths, detections));
    QVERIFY(!report);
    QVERIFY(report.error().message.find("pred.npz: row 1") != std::string::npos);
    QVERIFY(bool(run("indoor-rotated", input_of(truths, detections))));
    auto input = input_of(truths, detections);
    input->truth.rows[0].cam_from_obj.R = rotation_about(Eigen::Vector3d::UnitX(), 0.3);
    report = run("indoor-rotated", input);
    QVERIFY(!report);
    QVERIFY(report.error().message.find("gt.npz: row 0") != std::string::npos);
  }
};

ALIDADE_TEST(IndoorDetectionTest)
#include "indoor_detection_test.moc"
