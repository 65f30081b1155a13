// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/nocs/nocs_sweep.h"

#include <functional>

#include "tests/unit/nocs_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr double kTolerance = 1e-6;  // the references hold recall in float32

/// "25", "50", "75" and the four pose columns as thresholds of one grid.
const NocsGrid kColumns{{0.25, 0.5, 0.75}, {5.0, 10.0}, {2.0, 5.0}};

NocsCurves curves(const EvaluationInput& input, const NocsRule& rule, const NocsGrid& grid = kColumns) {
  const auto all = nocs_candidates(input, rule, {});
  const auto made = nocs_curves(*all, grid, {});
  return *made;
}

void compare(double actual, const nlohmann::json& expected) {
  if (expected.is_null()) {
    QVERIFY(std::isnan(actual));
  } else {
    ALIDADE_NEAR(actual, expected.get<double>(), kTolerance);
  }
}

void compare_iou(const NocsCurves& actual, const nlohmann::json& expected,
                 NocsMeasure measure = NocsMeasure::kAp) {
  QVERIFY(expected.is_object());
  const char* const names[] = {"25", "50", "75"};
  for (std::size_t t = 0; t < 3; ++t) {
    QCOMPARE(expected[names[t]].size(), actual.classes() + 1);
    for (std::size_t row = 0; row <= actual.classes(); ++row) {
      compare(actual.overlap(measure, row, t), expected[names[t]][row]);
    }
  }
}

void compare_pose(const NocsCurves& actual, const nlohmann::json& expected,
                  NocsMeasure measure = NocsMeasure::kAp) {
  QVERIFY(expected.is_object());
  const char* const names[] = {"5deg2cm", "5deg5cm", "10deg2cm", "10deg5cm"};
  for (std::size_t t = 0; t < 4; ++t) {
    QCOMPARE(expected[names[t]].size(), actual.classes() + 1);
    for (std::size_t row = 0; row <= actual.classes(); ++row) {
      compare(actual.pose(measure, row, t / 2, t % 2), expected[names[t]][row]);
    }
  }
}

/// Whether a pair of the category (of any, for the mean) is one that `edge` names.
bool any_pair(const NocsCandidates& all, std::size_t category,
              const std::function<bool(const NocsPair&)>& edge) {
  return std::any_of(all.groups.begin(), all.groups.end(), [&](const NocsGroup& group) {
    const auto first = all.pairs.begin() + static_cast<std::ptrdiff_t>(group.first_pair);
    return (category == all.categories || group.category == category) &&
           std::any_of(first, first + static_cast<std::ptrdiff_t>(group.estimates * group.truths), edge);
  });
}

/// Whether a pair's stored overlap lies within 1e-6 of a threshold, where rounding may decide.
bool on_edge(const NocsCandidates& all, std::size_t category, double threshold) {
  return any_pair(all, category,
                  [&](const NocsPair& pair) { return std::abs(pair.overlap - threshold) <= 1e-6; });
}

/// The same for a pose cell. The arc cosine of the reference loses half of the digits near 0 and 180 degrees,
/// so there, above all at the threshold 0, its own rounding decides.
bool on_pose_edge(const NocsCandidates& all, std::size_t category, double degrees, double centimetres) {
  return any_pair(all, category, [&](const NocsPair& pair) {
    const double tolerance = pair.degrees < 0.1 || pair.degrees > 179.9 ? 1e-5 : 1e-9;
    return std::abs(pair.degrees - degrees) <= tolerance || std::abs(pair.centimetres - centimetres) <= 1e-9;
  });
}

}  // namespace

class NocsSweepTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void pairs_data() {
    QTest::addColumn<QString>("prefix");
    QTest::newRow("nocs") << "nocs";
    QTest::newRow("housecat") << "housecat";
  }

  void pairs() {
    QFETCH(QString, prefix);
    const EvaluationInput input = nocs_input(prefix.toStdString());
    const FixtureRows pairs = fixture_rows("nocs/" + prefix.toStdString() + "_pairs.npy");
    QVERIFY(pairs.rows > 0 && pairs.width == 10);
    NocsRule rule;
    rule.housecat = prefix == "housecat";
    std::size_t compared = 0;
    for (std::size_t i = 0; i < pairs.rows; ++i) {
      const PoseRow& estimate = input.predictions.rows[static_cast<std::size_t>(pairs.at(i, 1))];
      const PoseRow& truth = input.truth.rows[static_cast<std::size_t>(pairs.at(i, 2))];
      const NocsSymmetry symmetry = nocs_symmetry(rule, input.categories[truth.category], truth);
      const OrientedBox a = row_box(estimate);
      const OrientedBox b = row_box(truth);
      ALIDADE_NEAR(nocs_overlap(NocsOverlap::kLegacy, a, b, symmetry), pairs.at(i, 4), 1e-9);
      ALIDADE_NEAR(nocs_overlap(NocsOverlap::kHull, a, b, symmetry), pairs.at(i, 5), 1e-9);
      ALIDADE_NEAR(nocs_overlap(NocsOverlap::kExact, a, b, NocsSymmetry::kNone), pairs.at(i, 6), 1e-9);
      ALIDADE_NEAR(nocs_overlap(NocsOverlap::kExact, a, b, symmetry), pairs.at(i, 7), 1e-9);
      const double degrees = nocs_rotation_degrees(estimate.cam_from_obj.R, truth.cam_from_obj.R, symmetry);
      const double tolerance = pairs.at(i, 8) < 0.1 || pairs.at(i, 8) > 179.9 ? 1e-5 : 1e-9;
      ALIDADE_NEAR(degrees, pairs.at(i, 8), tolerance);
      ALIDADE_NEAR(100.0 * (a.frame_from_box.t - b.frame_from_box.t).norm(), pairs.at(i, 9), 1e-9);
      ++compared;
    }
    const auto all = nocs_candidates(input, rule, {});
    QCOMPARE(all->pairs.size(), compared);
  }

  void legacy() {
    const nlohmann::json expected = fixture_json("nocs/nocs_expected.json");
    const NocsCurves actual = curves(nocs_input("nocs"), {});
    for (const char* reference : {"object_deformnet", "ag_pose"}) {
      compare_iou(actual, expected[reference]["iou_ap"]);
      compare_pose(actual, expected[reference]["pose_ap"]);
    }
    compare_iou(actual, expected["object_deformnet"]["iou_acc"], NocsMeasure::kAccuracy);
    compare_pose(actual, expected["object_deformnet"]["pose_acc"], NocsMeasure::kAccuracy);
  }

  void legacyAllDetections() {
    const nlohmann::json expected = fixture_json("nocs/nocs_expected.json")["ag_pose_all_detections"];
    NocsRule rule;
    rule.survivors = NocsSurvivors::kAll;
    const NocsCurves actual = curves(nocs_input("nocs"), rule);
    compare_iou(actual, expected["iou_ap"]);
    compare_pose(actual, expected["pose_ap"]);
  }

  void hullAndExact() {
    const nlohmann::json expected = fixture_json("nocs/nocs_expected.json");
    const EvaluationInput input = nocs_input("nocs");
    NocsRule rule{NocsOverlap::kHull};
    compare_iou(curves(input, rule), expected["catre_axis_aligned_iou_ap"]);
    rule.handle_in_overlap = false;
    compare_iou(curves(input, rule), expected["catre_reference_iou_ap"]);
    compare_iou(curves(input, {NocsOverlap::kExact}), expected["exact_oriented_iou_ap"]);
  }

  void housecat() {
    const nlohmann::json expected = fixture_json("nocs/housecat_expected.json");
    const EvaluationInput input = nocs_input("housecat");
    NocsRule rule;
    rule.housecat = true;
    const NocsCurves legacy = curves(input, rule);
    compare_iou(legacy, expected["ag_pose_housecat"]["iou_ap"]);
    compare_pose(legacy, expected["ag_pose_housecat"]["pose_ap"]);
    rule.overlap = NocsOverlap::kHull;
    compare_iou(curves(input, rule), expected["catre_axis_aligned_iou_ap"]);
    compare_iou(curves(input, rule), expected["catre_reference_iou_ap"]);
    rule.overlap = NocsOverlap::kExact;
    compare_iou(curves(input, rule), expected["exact_oriented_iou_ap"]);
  }

  void absentClasses() {
    const nlohmann::json expected = fixture_json("nocs/edge_expected.json");
    const NocsCurves actual = curves(nocs_input("edge"), {});
    for (const char* reference : {"object_deformnet", "ag_pose"}) {
      compare_iou(actual, expected[reference]["iou_ap"]);
      compare_pose(actual, expected[reference]["pose_ap"]);
    }
  }

  void fullGrid() {
    const FixtureRows overlaps = fixture_rows("nocs/nocs_curve_iou_ap.npy");
    const FixtureRows poses = fixture_rows("nocs/nocs_curve_pose_ap.npy");
    const NocsGrid grid = full_nocs_grid();
    const EvaluationInput input = nocs_input("nocs");
    const auto all = nocs_candidates(input, {}, {});
    const NocsCurves actual = curves(input, {}, grid);
    QCOMPARE(overlaps.rows, actual.classes() + 1);
    QCOMPARE(overlaps.width, grid.overlaps.size());
    QCOMPARE(poses.width, grid.degrees.size() * grid.centimetres.size());
    std::size_t overlaps_skipped = 0, poses_skipped = 0;
    for (std::size_t row = 0; row < overlaps.rows; ++row) {
      for (std::size_t t = 0; t < overlaps.width; ++t) {
        if (on_edge(*all, row, grid.overlaps[t])) {
          ++overlaps_skipped;
          continue;
        }
        ALIDADE_NEAR(actual.overlap(NocsMeasure::kAp, row, t), overlaps.at(row, t), kTolerance);
      }
      for (std::size_t i = 0; i < poses.width; ++i) {
        const std::size_t d = i / grid.centimetres.size(), c = i % grid.centimetres.size();
        if (on_pose_edge(*all, row, grid.degrees[d], grid.centimetres[c])) {
          ++poses_skipped;
          continue;
        }
        ALIDADE_NEAR(actual.pose(NocsMeasure::kAp, row, d, c), poses.at(row, i), kTolerance);
      }
    }
    // More than the thresholds 0 and 1 of the overlaps, or 0 degrees and 0 cm of the poses, is no rounding.
    qInfo("on an edge: %zu of %zu overlaps, %zu of %zu poses", overlaps_skipped,
          overlaps.rows * overlaps.width, poses_skipped, poses.rows * poses.width);
    QVERIFY(overlaps_skipped <= overlaps.rows * overlaps.width / 10);
    QVERIFY(poses_skipped <= poses.rows * (grid.degrees.size() + grid.centimetres.size()));
  }

  void sweepEqualsMatchingAtEveryThreshold() {
    // Many objects of few classes per image, so that groups are large and matches compete.
    EvaluationInput input = nocs_input("nocs");
    for (auto* rows : {&input.truth.rows, &input.predictions.rows}) {
      for (PoseRow& row : *rows) {
        row.image /= 4;
        row.category %= 2;
      }
    }
    for (const NocsSurvivors survivors : {NocsSurvivors::kMatched, NocsSurvivors::kAll}) {
      NocsRule rule;
      rule.survivors = survivors;
      const NocsGrid grid{{0.0, 0.1, 0.3, 0.6, 0.9}, {1.0, 7.0, 30.0, 360.0}, {0.5, 3.0, 8.0, 100.0}};
      const NocsCurves whole = curves(input, rule, grid);
      for (std::size_t d = 0; d < grid.degrees.size(); ++d) {
        for (std::size_t c = 0; c < grid.centimetres.size(); ++c) {
          const NocsCurves one =
              curves(input, rule, {{grid.overlaps[d]}, {grid.degrees[d]}, {grid.centimetres[c]}});
          for (std::size_t row = 0; row < 2; ++row) {
            QCOMPARE(whole.overlap(NocsMeasure::kAp, row, d), one.overlap(NocsMeasure::kAp, row, 0));
            QCOMPARE(whole.pose(NocsMeasure::kAp, row, d, c), one.pose(NocsMeasure::kAp, row, 0, 0));
          }
        }
      }
    }
  }
};

ALIDADE_TEST(NocsSweepTest)
#include "nocs_sweep_test.moc"
