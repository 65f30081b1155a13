// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/detection/detection_loss.h"
#include "core/detection/gradient_harmony.h"
#include "core/detection/suppression.h"
#include "tests/detection/detection_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

LevelLocations locations_of(const nlohmann::json& level_coords, double voxel_size) {
  LevelLocations locations;
  for (std::size_t level = 0; level < level_coords.size(); ++level) {
    for (const auto& at : level_coords.at(level)) {
      locations.positions.emplace_back(at.at(0).get<double>() * voxel_size,
                                       at.at(1).get<double>() * voxel_size,
                                       at.at(2).get<double>() * voxel_size);
      locations.levels.push_back(static_cast<int>(level));
    }
  }
  return locations;
}

LossScene scene_of(const nlohmann::json& json, double voxel_size) {
  LossScene scene;
  scene.locations = locations_of(json.at("level_coords"), voxel_size);
  scene.logits = flat_numbers(json.at("logits"));
  scene.raw = flat_numbers(json.at("raw"));
  for (const auto& box : json.at("gt_boxes")) {
    scene.boxes.push_back(box_of(box));
  }
  scene.labels = json.at("gt_labels").get<std::vector<int>>();
  return scene;
}

std::vector<KeptBox> kept_of(const nlohmann::json& json) {
  std::vector<KeptBox> kept;
  for (const auto& pair : json) {
    kept.push_back({pair.at(0).get<std::size_t>(), pair.at(1).get<std::size_t>()});
  }
  return kept;
}

}  // namespace

/// Assignment, losses of a batch, suppression and harmonized gradients against the oracles (fixtures detector
/// and training_diag).
class DetectionLossTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void assigns_as_the_oracle() {
    const auto json = fixture_json("detector/assignment.json");
    const auto class_levels = json.at("label_to_level").get<std::vector<int>>();
    for (const auto& scene : json.at("scenes")) {
      const auto locations = locations_of(scene.at("level_coords"), scene.at("voxel_size").get<double>());
      std::vector<Eigen::Vector3d> centers;
      for (const auto& c : scene.at("centers")) {
        centers.emplace_back(c.at(0).get<double>(), c.at(1).get<double>(), c.at(2).get<double>());
      }
      std::vector<int> levels;
      for (const auto& label : scene.at("labels")) {
        levels.push_back(class_levels.at(label.get<std::size_t>()));
      }
      QCOMPARE(assign_locations(locations, centers, levels, AssignmentRule::kNearestChoosing),
               scene.at("assigned").get<std::vector<int>>());
      QCOMPARE(assign_locations(locations, centers, levels, AssignmentRule::kNearestOfAll),
               scene.at("assigned_nearest_of_all_objects").get<std::vector<int>>());
    }
  }

  void losses_of_a_batch_are_the_oracles() {
    const auto json = fixture_json("detector/training_step.json");
    for (const auto& one : json.at("cases")) {
      std::vector<LossScene> scenes;
      for (const auto& scene : one.at("scenes")) {
        scenes.push_back(scene_of(scene, json.at("voxel_size").get<double>()));
      }
      for (const auto& [name, expected] : one.at("expected").items()) {
        DetectionTask task;
        task.form = one.at("kind") == "aligned" ? BoxForm::kAligned : BoxForm::kRotated;
        task.rules = name == "reference" ? DetectorRules::kReference : DetectorRules::kCorrected;
        task.class_levels = json.at("label_to_level").get<std::vector<int>>();
        const DetectionLoss loss = detection_loss(scenes, task);
        QVERIFY(std::abs(loss.classes - expected.at("class_loss").get<double>()) < 1e-9);
        QVERIFY(std::abs(loss.boxes - expected.at("box_loss").get<double>()) < 1e-9);
        QCOMPARE(loss.positives, expected.at("n_positive").get<std::size_t>());
        for (std::size_t s = 0; s < scenes.size(); ++s) {
          QCOMPARE(loss.assigned[s], expected.at("assigned").at(s).get<std::vector<int>>());
          QVERIFY(largest_gap(loss.logit_gradients[s], flat_numbers(expected.at("grad_logits").at(s))) <
                  1e-9);
          QVERIFY(largest_gap(loss.raw_gradients[s], flat_numbers(expected.at("grad_raw").at(s))) < 1e-9);
        }
      }
    }
  }

  void a_batch_without_positives_has_a_finite_loss() {
    LossScene scene;
    scene.locations = {{{0.0, 0.0, 0.0}}, {0}};
    scene.logits = {-4.0, -5.0};
    scene.raw.assign(6, 0.0);
    const DetectionLoss loss = detection_loss(std::vector{scene, LossScene{}}, {.class_levels = {0, 1}});
    QCOMPARE(loss.positives, std::size_t{0});
    QCOMPARE(loss.boxes, 0.0);
    QVERIFY(loss.classes > 0.0 && std::isfinite(loss.classes));
  }

  void suppresses_as_the_oracle() {
    const auto json = fixture_json("detector/suppression.json");
    for (const auto& one : json.at("cases")) {
      std::vector<UprightBox> boxes;
      for (const auto& box : one.at("boxes")) {
        boxes.push_back(box_of(box));
      }
      const auto scores = flat_numbers(one.at("scores"));
      const std::size_t classes = scores.size() / boxes.size();
      Suppression how{json.at("score_threshold").get<double>(), json.at("iou_threshold").get<double>(), 0,
                      OverlapRule::kFootprint};
      QVERIFY(suppress(boxes, scores, classes, how) == kept_of(one.at("kept_bev")));
      how.overlap = OverlapRule::kVolume;
      QVERIFY(suppress(boxes, scores, classes, how) == kept_of(one.at("kept_3d")));
      how.overlap = OverlapRule::kFootprint;
      how.most_candidates = one.at("preselected").at("count").get<std::size_t>();
      QVERIFY(suppress(boxes, scores, classes, how) == kept_of(one.at("preselected").at("kept_bev")));
    }
  }

  void stacked_objects_of_a_class_survive_by_volume_only() {
    const UprightBox low{{0, 0, 0.5}, {1, 1, 1}, 0.0}, high{{0, 0, 1.5}, {1, 1, 1}, 0.0};
    const std::vector<UprightBox> boxes = {low, high};
    const std::vector<double> scores = {0.9, 0.8};
    QCOMPARE(suppress(boxes, scores, 1, {}).size(), std::size_t{1});
    QCOMPARE(suppress(boxes, scores, 1, {.overlap = OverlapRule::kVolume}).size(), std::size_t{2});
    QVERIFY(suppress({}, {}, 3, {}).empty());
  }

  void harmony_is_the_oracles() {
    for (const auto& one : fixture_json("training_diag/ngh.json")) {
      const auto norms = one.at("norms").get<std::vector<double>>();
      for (const DetectorRules rules : {DetectorRules::kReference, DetectorRules::kCorrected}) {
        const GradientHarmony harmony = harmonize(norms, 2.0, rules);
        QVERIFY(std::abs(harmony.psi - one.at("psi").get<double>()) < 1e-7);
        QVERIFY(std::abs(harmony.target - one.at("target").get<double>()) < 1e-10);
        QVERIFY(largest_gap(harmony.scales, flat_numbers(one.at("scales"))) < 1e-6);
      }
      const GradientHarmony published = harmonize(norms, 2.0, DetectorRules::kReference);
      QVERIFY(std::abs(published.psi - one.at("psi").get<double>()) < 1e-10);
      QVERIFY(largest_gap(published.scales, flat_numbers(one.at("scales"))) < 1e-10);
    }
  }

  void published_epsilon_calls_small_equal_norms_imbalanced() {
    const std::vector<double> norms = {1e-4, 1e-4, 1e-4};
    QVERIFY(harmonize(norms, 0.9, DetectorRules::kReference).triggered);
    const GradientHarmony corrected = harmonize(norms, 0.9, DetectorRules::kCorrected);
    QVERIFY(!corrected.triggered);
    QVERIFY(std::abs(corrected.psi - 1.0) < 1e-15);
  }

  void harmony_knows_zeros_and_single_sources() {
    const std::vector<double> none = {0.0, 0.0}, one_only = {0.0, 3.0}, single = {2.0};
    QCOMPARE(harmonize(none, 0.5, DetectorRules::kCorrected).psi, 1.0);
    const GradientHarmony half = harmonize(one_only, 0.5, DetectorRules::kCorrected);
    QVERIFY(half.triggered && half.psi == 0.0);
    QCOMPARE(half.scales, (std::vector<double>{1.0, 0.5}));
    QVERIFY(!harmonize(single, 2.0, DetectorRules::kReference).triggered);
  }
};

ALIDADE_TEST(DetectionLossTest)
#include "detection_loss_test.moc"
