// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/omni6d/omni6d_metrics.h"

#include <cmath>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "tests/unit/omni6d_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

OrientedBox box_of(const PoseRow& row) {
  return {row.cam_from_obj, row.size};
}

/// The script's angle: arc cosine of the trace, noisy near 0 and 180 degrees.
double angle_tolerance(double degrees) {
  const double sine = std::sin(degrees * kRadiansPerDegree);
  return 1e-9 + 1e-13 / std::max(sine, 1e-8);
}

const Omni6dColumn& column_of(const std::vector<Omni6dColumn>& columns, const std::string& id) {
  return *std::find_if(columns.begin(), columns.end(),
                       [&](const Omni6dColumn& column) { return column.info.id == id; });
}

}  // namespace

class Omni6dMetricsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void criterionMatchesTheOracle() {
    const auto input = omni6d_input(false);
    const FixtureRows expected = fixture_rows("omni6d/criterion.npy");
    QVERIFY(expected.rows > 0);
    QCOMPARE(input->truth.rows.size(), expected.rows);
    std::size_t facets_merged = 0;
    for (std::size_t i = 0; i < expected.rows; ++i) {
      const PoseRow& truth = input->truth.rows[i];
      const Omni6dCriterion got =
          omni6d_criterion(box_of(truth), box_of(input->predictions.rows[i]), truth.symmetry);
      ALIDADE_NEAR(got.iou_raw, expected.at(i, 0), 1e-9);
      // The reference takes volumes of convex hulls, which merge almost coplanar facets: now and then an IoU
      // is off by millionths. Exact arithmetic decides for us there (the polyhedron in box_overlap_test).
      const bool merged = std::abs(got.iou_calibrated - expected.at(i, 1)) > 1e-9;
      ALIDADE_NEAR(got.iou_calibrated, expected.at(i, 1), merged ? 1e-5 : 1e-9);
      facets_merged += merged;
      ALIDADE_NEAR(got.angle_raw / kRadiansPerDegree, expected.at(i, 2), angle_tolerance(expected.at(i, 2)));
      ALIDADE_NEAR(got.angle_enumerated / kRadiansPerDegree, expected.at(i, 3),
                   angle_tolerance(expected.at(i, 3)));
      ALIDADE_NEAR(got.angle_analytic / kRadiansPerDegree, expected.at(i, 4),
                   angle_tolerance(expected.at(i, 4)));
      ALIDADE_NEAR(100.0 * got.shift, expected.at(i, 5), 1e-9);
    }
    QVERIFY(facets_merged * 100 <= expected.rows);
  }

  void calibrationMatchesTheOracle() {
    const auto input = omni6d_input(false);
    const FixtureRows expected = fixture_rows("omni6d/pred_affine_calibrated.npy");
    QVERIFY(expected.rows > 0);
    for (std::size_t i = 0; i < expected.rows; ++i) {
      const PoseRow& truth = input->truth.rows[i];
      const Eigen::Matrix3d got =
          omni6d_calibrated(truth.cam_from_obj.R, input->predictions.rows[i].cam_from_obj.R, truth.symmetry);
      QVERIFY((got - expected.rigid(i).R).cwiseAbs().maxCoeff() < 1e-9);
    }
  }

  void rotationPairsMatchTheOracle() {
    const FixtureRows pairs = fixture_rows("omni6d/rotation_pairs.npy");
    const nlohmann::json labels = fixture_json("omni6d/rotation_pairs_labels.json");
    QVERIFY(pairs.rows > 0);
    for (std::size_t i = 0; i < pairs.rows; ++i) {
      const Eigen::Matrix3d a = pairs.matrix3(i), b = pairs.matrix3(i, 9);
      const SymmetryGroup group = *named_symmetry(labels[i].get<std::string>());
      ALIDADE_NEAR(geodesic_distance(a, omni6d_calibrated(a, b, group)) / kRadiansPerDegree, pairs.at(i, 18),
                   angle_tolerance(pairs.at(i, 18)));
      ALIDADE_NEAR(symmetric_rotation_distance(a, b, group) / kRadiansPerDegree, pairs.at(i, 19),
                   angle_tolerance(pairs.at(i, 19)));
    }
  }

  void calibrationIsTheBestElement() {
    Random random(71);
    for (const char* name : {"none", "cube", "x-flip", "y-cone", "z-cylinder", "x-square-tube"}) {
      const SymmetryGroup group = *named_symmetry(name);
      for (int i = 0; i < 20; ++i) {
        const Eigen::Matrix3d a = random_rotation(random), b = random_rotation(random);
        double best = 10.0;
        for (const Rigid3& element : enumerate_symmetries(group, kOmni6dSteps)) {
          best = std::min(best, geodesic_distance(a, b * element.R));
        }
        const double got = geodesic_distance(a, omni6d_calibrated(a, b, group));
        ALIDADE_NEAR(got, best, 1e-9);
        const double exact = symmetric_rotation_distance(a, b, group);
        QVERIFY(exact <= got + 1e-12 && got <= exact + 1.8001 * kRadiansPerDegree);
      }
    }
  }

  void groupsMatchTheOracle() {
    const nlohmann::json groups = fixture_json("omni6d/symmetry_groups.json");
    QVERIFY(!groups.empty());
    for (const auto& [name, members] : groups.items()) {
      const SymmetryGroup group = *named_symmetry(name);
      QCOMPARE(group.finite.size(), members.size());
      for (const nlohmann::json& member : members) {
        const bool found = std::any_of(group.finite.begin(), group.finite.end(), [&](const Rigid3& element) {
          double difference = 0.0;
          for (int k = 0; k < 9; ++k) {
            difference = std::max(difference, std::abs(element.R(k / 3, k % 3) - member[k].get<double>()));
          }
          return difference < 1e-12;
        });
        QVERIFY(found);
      }
    }
  }

  void gridsMatchTheOracle() {
    const nlohmann::json grids = fixture_json("omni6d/threshold_grids.json");
    const std::pair<const char*, Omni6dGrid> cases[] = {{"iou_0.25", {0.25, 1.0, 0.075}},
                                                        {"iou_0.5", {0.5, 1.0, 0.005}},
                                                        {"iou_0.75", {0.75, 1.0, 0.0025}},
                                                        {"rot", {0.0, 5.0, 0.01}},
                                                        {"trans", {0.0, 10.0, 0.01}}};
    for (const auto& [name, grid] : cases) {
      const nlohmann::json& expected = grids.at(name);
      QCOMPARE(grid.samples().size(), expected.at("count").get<std::size_t>());
      QCOMPARE(grid.samples().front(), expected.at("first_sample").get<double>());
      QCOMPARE(grid.samples().back(), expected.at("last_sample").get<double>());
    }
    for (const auto& [name, values] : grids.items()) {
      if (values.contains("grid")) {
        int degrees = 0, centimetres = 0;
        QCOMPARE(std::sscanf(name.c_str(), "vus_%ddeg%dcm", &degrees, &centimetres), 2);
        QCOMPARE(Omni6dGrid(0.0, degrees, degrees / 100.0).samples().size(),
                 values.at("grid").at(0).get<std::size_t>());
        QCOMPARE(Omni6dGrid(0.0, centimetres, centimetres / 100.0).samples().size(),
                 values.at("grid").at(1).get<std::size_t>());
      }
    }
  }

  void averagePrecisionMatchesTheOracle() {
    const nlohmann::json cases = fixture_json("omni6d/ap_cases.json");
    QVERIFY(!cases.empty());
    for (const nlohmann::json& example : cases) {
      std::vector<Omni6dDetection> detections;
      for (std::size_t i = 0; i < example.at("scores").size(); ++i) {
        detections.push_back(
            {0, example["scores"][i].get<double>(), example["indicator"][i].get<int>() != 0});
      }
      const nlohmann::json& count = example.at("n_gt");
      const std::uint32_t truths[] = {count.is_null() ? static_cast<std::uint32_t>(detections.size())
                                                      : count.get<std::uint32_t>()};
      const auto ap = average_precision(omni6d_ranking(detections), truths, {}, ApRule::kRaw);
      QVERIFY(ap.has_value());
      ALIDADE_NEAR(*ap, example.at("ap").get<double>(), 1e-9);
    }
  }

  void areasOfOneErrorAreClosedForms() {
    const std::vector<Omni6dColumn> columns = omni6d_columns(true);
    // A perfect sample fills every area, one beyond the thresholds none.
    for (const Omni6dColumn& column : columns) {
      if (column.kind == Omni6dColumn::Kind::kArea || column.kind == Omni6dColumn::Kind::kAccuracy) {
        QCOMPARE(column.score({1.0, 0.0, 0.0}), 1.0);
        QCOMPARE(column.score({0.0, 90.0, 900.0}), 0.0);
      }
    }
    // The volume of a constant error is the product of what is left of both ranges, to half a cell each.
    const double volume = column_of(columns, "vus_10deg5cm").score({0.5, 2.5, 1.25});
    ALIDADE_NEAR(volume, 0.75 * 0.75, 1e-12);
    ALIDADE_NEAR(column_of(columns, "deg_auc").score({0.0, 1.0, 0.0}), 0.8, 1e-12);
    ALIDADE_NEAR(column_of(columns, "sht_auc").score({0.0, 0.0, 4.0}), 0.6, 1e-12);
    ALIDADE_NEAR(column_of(columns, "iou_auc_50").score({0.75, 0.0, 0.0}), 0.5, 1e-12);
    // Thresholds are strict.
    QVERIFY(!column_of(columns, "acc_5deg2cm").correct({1.0, 5.0, 0.0}));
    QVERIFY(!column_of(columns, "acc_5deg2cm").correct({1.0, 0.0, 2.0}));
    QVERIFY(!column_of(columns, "iou_acc_50").correct({0.5, 0.0, 0.0}));
    QVERIFY(column_of(columns, "iou_acc_50").correct({0.5000001, 0.0, 0.0}));
    // More error never gives more area.
    Random random(72);
    for (int i = 0; i < 200; ++i) {
      const Omni6dErrors less{random.uniform(), random.uniform(0.0, 12.0), random.uniform(0.0, 12.0)};
      const Omni6dErrors more{less.iou * random.uniform(), less.degrees + random.uniform(),
                              less.centimetres + random.uniform()};
      for (const Omni6dColumn& column : columns) {
        if (column.kind == Omni6dColumn::Kind::kArea) {
          QVERIFY(column.score(more) <= column.score(less));
        }
      }
    }
  }
};

ALIDADE_TEST(Omni6dMetricsTest)
#include "omni6d_metrics_test.moc"
