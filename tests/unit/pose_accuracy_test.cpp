// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/pose_accuracy.h"

#include <cmath>
#include <numbers>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

Instance mug_like(Random& random) {
  Instance instance;
  instance.category = "mug";
  instance.cam_from_obj = {random_rotation(random), {0.1, -0.05, 0.8}};
  instance.size = {0.12, 0.1, 0.08};
  return instance;
}

PoseEstimate estimate(const std::string& category, double degrees, double centimetres, double iou) {
  PoseEstimate result;
  result.category = category;
  result.error.rotation_raw = std::numbers::pi;
  result.error.rotation_reduced = degrees * kRadiansPerDegree;
  result.error.translation = centimetres * 0.01;
  result.error.iou = iou;
  return result;
}

}  // namespace

class PoseAccuracyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void exactEstimateHasNoError() {
    Random random(71);
    for (int i = 0; i < 20; ++i) {
      Instance truth = mug_like(random);
      truth.center_obj = random_vector(random, -0.1, 0.1);
      const PoseError error = pose_error(truth.cam_from_obj, truth.size, truth);
      ALIDADE_NEAR(error.rotation_raw, 0.0, 1e-14);
      ALIDADE_NEAR(error.rotation_reduced, 0.0, 1e-14);
      ALIDADE_NEAR(error.translation, 0.0, 0.0);
      ALIDADE_NEAR(error.iou, 1.0, 1e-12);
      QVERIFY(!error.snapped);
    }
  }

  void knownOffsetsAreMeasured() {
    Random random(72);
    const Instance truth = mug_like(random);
    Rigid3 moved = truth.cam_from_obj;
    moved.R = moved.R * rotation_about(Eigen::Vector3d::UnitX(), 7.0 * kRadiansPerDegree);
    moved.t += truth.cam_from_obj.R.col(1) * 0.03;
    const PoseError error = pose_error(moved, truth.size, truth);
    ALIDADE_NEAR(error.rotation_raw / kRadiansPerDegree, 7.0, 1e-10);
    ALIDADE_NEAR(error.rotation_reduced / kRadiansPerDegree, 7.0, 1e-10);
    ALIDADE_NEAR(error.translation, 0.03, 1e-15);
    Rigid3 shifted = truth.cam_from_obj;
    shifted.t += truth.cam_from_obj.R.col(1) * 0.05;  // half of the side
    ALIDADE_NEAR(pose_error(shifted, truth.size, truth).iou, 1.0 / 3.0, 1e-12);
  }

  void symmetryReducesTheErrorAndIsFlagged() {
    Random random(73);
    Instance truth = mug_like(random);
    truth.symmetry = continuous_symmetry(Eigen::Vector3d::UnitY());
    Rigid3 turned = truth.cam_from_obj;
    turned.R = turned.R * rotation_about(Eigen::Vector3d::UnitX(), 3.0 * kRadiansPerDegree) *
               rotation_about(Eigen::Vector3d::UnitY(), 2.0);
    const PoseError error = pose_error(turned, truth.size, truth);
    QVERIFY(error.rotation_raw > 1.0);
    ALIDADE_NEAR(error.rotation_reduced / kRadiansPerDegree, 3.0, 1e-10);
    QVERIFY(error.snapped);
    QVERIFY(error.iou > 0.8);
    truth.symmetry = no_symmetry();
    const PoseError plain = pose_error(turned, truth.size, truth);
    ALIDADE_NEAR(plain.rotation_reduced, plain.rotation_raw, 0.0);
    QVERIFY(!plain.snapped);
  }

  void translationIsBetweenBoxCenters() {
    Random random(74);
    Instance truth = mug_like(random);
    truth.center_obj = {0.0, 0.2, 0.0};
    // A half turn about an axis through the box center leaves that center where it is.
    const Eigen::Matrix3d half = rotation_about(Eigen::Vector3d::UnitX(), std::numbers::pi);
    const Rigid3 about_center{half, truth.center_obj - half * truth.center_obj};
    const PoseError error = pose_error(truth.cam_from_obj * about_center, truth.size, truth);
    ALIDADE_NEAR(error.translation, 0.0, 1e-14);
    ALIDADE_NEAR(error.iou, 1.0, 1e-12);
  }

  void omni6DCriteriaAreReproduced() {
    const FixtureRows gt = fixture_rows("omni6d/gt_affine.npy"),
                      pred = fixture_rows("omni6d/pred_affine.npy");
    const FixtureRows gt_size = fixture_rows("omni6d/gt_size.npy"),
                      pred_size = fixture_rows("omni6d/pred_size.npy");
    const FixtureRows expected = fixture_rows("omni6d/criterion.npy");
    const nlohmann::json labels = fixture_json("omni6d/symmetry_labels.json");
    QVERIFY(gt.rows > 0);
    QCOMPARE(labels.size(), gt.rows);
    for (std::size_t i = 0; i < gt.rows; ++i) {
      Instance truth;
      double gt_scale = 1.0, pred_scale = 1.0;
      truth.cam_from_obj = gt.rigid(i, 0, &gt_scale);
      truth.size = gt_scale * gt_size.vector3(i);
      const Rigid3 estimated = pred.rigid(i, 0, &pred_scale);
      const Eigen::Vector3d size = pred_scale * pred_size.vector3(i);
      const PoseError plain = pose_error(estimated, size, truth);
      ALIDADE_NEAR(plain.iou, expected.at(i, 0), 1e-9);
      ALIDADE_NEAR(plain.rotation_raw / kRadiansPerDegree, expected.at(i, 2), 1e-5);
      ALIDADE_NEAR(plain.translation * 100.0, expected.at(i, 5), 1e-9);
      truth.symmetry = *named_symmetry(labels[i].get<std::string>());
      const PoseError reduced = pose_error(estimated, size, truth);
      ALIDADE_NEAR(reduced.rotation_reduced / kRadiansPerDegree, expected.at(i, 4), 1e-5);
      QVERIFY(reduced.iou >= plain.iou || truth.symmetry.any);
    }
  }

  void tableCountsInclusively() {
    PoseResult result;
    result.estimates = {estimate("mug", 5.0, 2.0, 0.5), estimate("mug", 5.1, 2.0, 0.75),
                        estimate("can", 1.0, 4.0, 0.9), estimate("mug", 30.0, 9.0, 0.1),
                        estimate("mug", 9.0, 5.0, 0.49)};
    result.skipped = {"one object"};
    const std::vector<AccuracyRow> rows = accuracy_table(result);
    QCOMPARE(rows.size(), std::size_t(3));
    QCOMPARE(rows[0].category, std::string("mug"));
    QCOMPARE(rows[0].count, std::size_t(4));
    QCOMPARE(rows[0].acc_5deg_2cm, 0.25);
    QCOMPARE(rows[0].acc_5deg_5cm, 0.25);
    QCOMPARE(rows[0].acc_10deg_2cm, 0.5);
    QCOMPARE(rows[0].acc_10deg_5cm, 0.75);
    QCOMPARE(rows[0].iou_50, 0.5);
    QCOMPARE(rows[0].iou_75, 0.25);
    ALIDADE_NEAR(rows[0].median_rotation / kRadiansPerDegree, 0.5 * (5.1 + 9.0), 1e-12);
    QCOMPARE(rows[1].category, std::string("can"));
    QCOMPARE(rows[1].acc_5deg_2cm, 0.0);
    QCOMPARE(rows[1].acc_5deg_5cm, 1.0);
    QCOMPARE(rows[2].category, std::string("all"));
    QCOMPARE(rows[2].count, std::size_t(5));
    QCOMPARE(rows[2].acc_5deg_5cm, 0.625);  // mean over the categories, not over the instances
    ALIDADE_NEAR(rows[2].median_rotation / kRadiansPerDegree, 5.1, 1e-12);
    ALIDADE_NEAR(rows[2].median_translation * 100.0, 4.0, 1e-12);
    QVERIFY(accuracy_table(PoseResult{}).empty());
  }

  void tableNamesItsUnits() {
    PoseResult result;
    result.estimates = {estimate("mug", 5.0, 2.0, 0.5)};
    const Table table = to_table(accuracy_table(result));
    QCOMPARE(table.rows.size(), std::size_t(2));
    for (const auto& row : table.rows) {
      QCOMPARE(row.size(), table.columns.size());
    }
    QCOMPARE(table.columns[2], std::string("5°2cm (%)"));
    QCOMPARE(std::get<std::string>(table.rows[0][0]), std::string("mug"));
    ALIDADE_NEAR(std::get<double>(table.rows[0][2]), 100.0, 0.0);
    ALIDADE_NEAR(std::get<double>(table.rows[0][8]), 5.0, 1e-12);
    ALIDADE_NEAR(std::get<double>(table.rows[0][9]), 2.0, 1e-12);
  }
};

ALIDADE_TEST(PoseAccuracyTest)
#include "pose_accuracy_test.moc"
