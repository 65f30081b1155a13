// SPDX-License-Identifier: BSD-3-Clause
#include <sstream>

#include "core/evaluation/protocol_list.h"
#include "core/geometry/rotation.h"
#include "tests/unit/nocs_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

using Report = std::shared_ptr<const EvaluationReport>;

const Protocol& nocs_protocol(const std::string& id) {
  static const std::vector<Protocol> all = nocs_protocols();
  return *std::find_if(all.begin(), all.end(), [&](const Protocol& one) { return one.id == id; });
}

Report evaluated(const std::string& id, EvaluationInput input) {
  const auto made =
      evaluate(nocs_protocol(id), std::make_shared<const EvaluationInput>(std::move(input)), {});
  return made ? *made : nullptr;
}

/// Rows are the classes, then the mean.
void compare_column(const EvaluationReport& report, const std::string& id, const nlohmann::json& expected) {
  const auto column = report.column(id);
  QVERIFY(column.has_value());
  QCOMPARE(report.rows.size(), expected.size());
  for (std::size_t row = 0; row < report.rows.size(); ++row) {
    const MetricCell& cell = report.rows[row].cells[*column];
    QCOMPARE(cell.value.has_value(), !expected[row].is_null());
    if (cell.value) {
      ALIDADE_NEAR(*cell.value, expected[row].get<double>(), 1e-6);
    } else {
      QVERIFY(!cell.reason.empty());
    }
  }
}

void compare_table(const EvaluationReport& report, const nlohmann::json& expected) {
  for (const char* threshold : {"25", "50", "75"}) {
    compare_column(report, std::string("iou_") + threshold, expected["iou_ap"][threshold]);
  }
  for (const char* id : {"5deg2cm", "5deg5cm", "10deg2cm", "10deg5cm"}) {
    compare_column(report, id, expected["pose_ap"][id]);
  }
}

void same_values(const EvaluationReport& a, const EvaluationReport& b, double tolerance) {
  QCOMPARE(a.rows.size(), b.rows.size());
  for (std::size_t row = 0; row < a.rows.size(); ++row) {
    for (std::size_t c = 0; c < a.columns.size(); ++c) {
      const auto left = a.rows[row].cells[c].value;
      const auto right = b.rows[row].cells[c].value;
      QCOMPARE(left.has_value(), right.has_value());
      if (left) {
        ALIDADE_NEAR(*left, *right, tolerance);
      }
    }
  }
}

void shuffle(std::vector<PoseRow>* rows, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = rows->size(); i > 1; --i) {
    std::swap((*rows)[i - 1], (*rows)[random.index(static_cast<std::uint32_t>(i))]);
  }
}

/// Fewer, fuller images, so that several objects of a class compete.
EvaluationInput crowded() {
  EvaluationInput input = nocs_input("nocs");
  for (auto* rows : {&input.truth.rows, &input.predictions.rows}) {
    for (PoseRow& row : *rows) {
      row.image /= 3;
    }
  }
  return input;
}

/// Whether a step of an explanation, the filter's apart, says that the sample was matched.
bool tells_match(const std::string& step, const EvaluatedSample& sample) {
  if (step.rfind("Filter", 0) == 0 || step.find("free: matched.") == std::string::npos) {
    return false;
  }
  if (sample.truth < 0) {
    return step.rfind("Prediction row " + std::to_string(sample.prediction) + ", score", 0) == 0;
  }
  // The ground truth named last is the one that was taken.
  const std::size_t last = step.rfind("ground truth row ");
  return step.find("ground truth row " + std::to_string(sample.truth) + " ", last) == last;
}

const char* const kIds[] = {"nocs-legacy",     "nocs-legacy-all", "nocs-hull",          "nocs-hull-all",
                            "nocs-exact",      "nocs-exact-all",  "nocs-catre",         "nocs-accuracy",
                            "housecat-legacy", "housecat-exact",  "housecat-exact-all", "genpose-corrected"};

}  // namespace

class NocsProtocolTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void publishedTables() {
    const nlohmann::json nocs = fixture_json("nocs/nocs_expected.json");
    const Report legacy = evaluated("nocs-legacy", nocs_input("nocs"));
    QVERIFY(legacy);
    compare_table(*legacy, nocs["object_deformnet"]);
    const Report accuracy = evaluated("nocs-accuracy", nocs_input("nocs"));
    compare_table(*accuracy, {{"iou_ap", nocs["object_deformnet"]["iou_acc"]},
                              {"pose_ap", nocs["object_deformnet"]["pose_acc"]}});
    const Report all = evaluated("nocs-legacy-all", nocs_input("nocs"));
    compare_table(*all, nocs["ag_pose_all_detections"]);
    const Report catre = evaluated("nocs-catre", nocs_input("nocs"));
    const Report hull = evaluated("nocs-hull", nocs_input("nocs"));
    const Report exact = evaluated("nocs-exact", nocs_input("nocs"));
    for (const std::string threshold : {"25", "50", "75"}) {
      compare_column(*catre, "iou_" + threshold, nocs["catre_reference_iou_ap"][threshold]);
      compare_column(*hull, "iou_" + threshold, nocs["catre_axis_aligned_iou_ap"][threshold]);
      compare_column(*exact, "iou_" + threshold, nocs["exact_oriented_iou_ap"][threshold]);
    }
    const nlohmann::json housecat = fixture_json("nocs/housecat_expected.json");
    compare_table(*evaluated("housecat-legacy", nocs_input("housecat")), housecat["ag_pose_housecat"]);
  }

  void absentClasses() {
    const nlohmann::json edge = fixture_json("nocs/edge_expected.json");
    const Report report = evaluated("nocs-legacy", nocs_input("edge"));
    QVERIFY(report);
    compare_table(*report, edge["ag_pose"]);
    const auto told = [&](const std::string& words) {
      return std::any_of(report->notes.begin(), report->notes.end(),
                         [&](const std::string& note) { return note.find(words) != std::string::npos; });
    };
    const auto& names = nocs_input("edge").categories;
    for (const std::string& name : names) {
      const std::string situation = edge["situations"][name].get<std::string>();
      const bool absent = situation == "neither" || situation.find("no ") != std::string::npos;
      QCOMPARE(told("Class '" + name + "'"), absent);
    }
    QVERIFY(told("alone would be"));
    for (const Curve& curve : report->curves) {
      QCOMPARE(curve.y.size(), report->rows.size());
      for (const auto& line : curve.y) {
        QVERIFY(line.empty() || line.size() == curve.x.size());
        QVERIFY(std::all_of(line.begin(), line.end(), [](double y) { return y >= 0.0 && y <= 1.0 + 1e-9; }));
      }
    }
  }

  void tiesLieWithinTheBounds() {
    const nlohmann::json expected = fixture_json("nocs/ties_expected.json");
    EvaluationInput input = nocs_input("nocs");
    std::istringstream words(expected["images"].get<std::string>());  // "first N images of ..."
    std::string first;
    std::uint32_t images = 0;
    QVERIFY(words >> first >> images);
    input.images.resize(images);
    for (auto* rows : {&input.truth.rows, &input.predictions.rows}) {
      std::erase_if(*rows, [&](const PoseRow& row) { return row.image >= images; });
      for (PoseRow& row : *rows) {
        row.score = 1.0;
      }
    }
    const Report report = evaluated("nocs-legacy", std::move(input));
    QVERIFY(report);
    const auto& bounds = expected["iou50_bounds_lo_hi_per_class"];
    QCOMPARE(bounds.size() + 1, report->rows.size());
    for (std::size_t row = 0; row < bounds.size(); ++row) {
      const MetricCell& cell = report->rows[row].cells[*report->column("iou_50")];
      QVERIFY(*cell.value >= bounds[row][0].get<double>() - 1e-6);
      QVERIFY(*cell.value <= bounds[row][1].get<double>() + 1e-6);
      QVERIFY(cell.reason.find("equal scores") != std::string::npos);
    }
    QVERIFY(!report->notes.empty() && report->notes[0].find("share their score") != std::string::npos);
  }

  void rowOrderDoesNotMatter() {
    for (const char* id : kIds) {
      const Report first = evaluated(id, crowded());
      EvaluationInput input = crowded();
      shuffle(&input.truth.rows, 1);
      shuffle(&input.predictions.rows, 2);
      same_values(*first, *evaluated(id, std::move(input)), 0.0);
    }
  }

  void rigidMotionDoesNotMatterExactly() {
    Random random(7);
    const Rigid3 motion{random_rotation(random), random_vector(random, -2.0, 2.0)};
    for (const char* id : {"nocs-exact", "nocs-exact-all"}) {
      const Report first = evaluated(id, crowded());
      EvaluationInput input = crowded();
      for (auto* rows : {&input.truth.rows, &input.predictions.rows}) {
        for (PoseRow& row : *rows) {
          row.cam_from_obj = motion * row.cam_from_obj;
        }
      }
      same_values(*first, *evaluated(id, std::move(input)), 1e-9);
    }
  }

  void doublingAndWeights() {
    for (const char* id : kIds) {
      const Report report = evaluated(id, crowded());
      EvaluationInput doubled = crowded();
      const auto images = static_cast<std::uint32_t>(doubled.images.size());
      doubled.images.insert(doubled.images.end(), report->images.size(), ImageInfo{});
      for (auto* rows : {&doubled.truth.rows, &doubled.predictions.rows}) {
        const std::size_t count = rows->size();
        for (std::size_t i = 0; i < count; ++i) {
          rows->push_back((*rows)[i]);
          rows->back().image += images;
        }
      }
      const Report twice = evaluated(id, std::move(doubled));
      const std::vector<std::uint32_t> ones(images, 1);
      const std::vector<std::uint32_t> twos(images, 2);
      for (std::size_t row = 0; row < report->rows.size(); ++row) {
        for (std::size_t c = 0; c < report->columns.size(); ++c) {
          const MetricCell& cell = report->rows[row].cells[c];
          ALIDADE_NEAR(cell.estimator(ones).value_or(-1.0), cell.value.value_or(-1.0), 1e-12);
          ALIDADE_NEAR(cell.estimator(twos).value_or(-1.0), twice->rows[row].cells[c].value.value_or(-1.0),
                       1e-12);
          ALIDADE_NEAR(twice->rows[row].cells[c].value.value_or(-1.0), cell.value.value_or(-1.0), 1e-6);
        }
      }
    }
  }

  void weightZeroLeavesImagesOut() {
    const Report report = evaluated("nocs-legacy", crowded());
    std::vector<std::uint32_t> weights(report->images.size(), 0);
    EvaluationInput half = crowded();
    const std::uint32_t cut = half.truth.rows.back().image / 2;
    std::fill_n(weights.begin(), cut, 1);
    for (auto* rows : {&half.truth.rows, &half.predictions.rows}) {
      std::erase_if(*rows, [&](const PoseRow& row) { return row.image >= cut; });
    }
    const Report expected = evaluated("nocs-legacy", std::move(half));
    for (std::size_t row = 0; row < report->rows.size(); ++row) {
      for (std::size_t c = 0; c < report->columns.size(); ++c) {
        ALIDADE_NEAR(report->rows[row].cells[c].estimator(weights).value_or(-1.0),
                     expected->rows[row].cells[c].value.value_or(-1.0), 1e-12);
      }
    }
  }

  void samplesAgreeWithTheTable() {
    for (const char* id : kIds) {
      const EvaluationInput input = crowded();
      const Report report = evaluated(id, input);
      std::vector<int> truths(input.truth.rows.size(), 0);
      std::vector<int> predictions(input.predictions.rows.size(), 0);
      for (std::size_t s = 0; s < report->samples.size(); ++s) {
        const EvaluatedSample& sample = report->samples[s];
        QVERIFY(sample.truth >= 0 || sample.prediction >= 0);
        truths[static_cast<std::size_t>(std::max<std::int64_t>(sample.truth, 0))] += sample.truth >= 0;
        predictions[static_cast<std::size_t>(std::max<std::int64_t>(sample.prediction, 0))] +=
            sample.prediction >= 0;
        QCOMPARE(sample.outcomes.size(), report->columns.size());
        QCOMPARE(sample.measures.size(), report->measures.size());
        QCOMPARE(sample.measures[0].has_value(), sample.truth >= 0 && sample.prediction >= 0);
      }
      // Every row of both sides is in one sample.
      QCOMPARE(std::count(truths.begin(), truths.end(), 1), static_cast<std::ptrdiff_t>(truths.size()));
      QCOMPARE(std::count(predictions.begin(), predictions.end(), 1),
               static_cast<std::ptrdiff_t>(predictions.size()));
    }
  }

  /// The explainer matches on its own; what it finds has to be what was counted.
  void explanationsAgreeWithOutcomes() {
    for (const char* id : kIds) {
      const Report report = evaluated(id, crowded());
      for (std::size_t s = 0; s < report->samples.size(); ++s) {
        const EvaluatedSample& sample = report->samples[s];
        for (std::size_t c = 0; c < report->columns.size(); ++c) {
          const Explanation explanation = report->explain(s, c);
          const bool found = std::any_of(explanation.steps.begin(), explanation.steps.end(),
                                         [&](const std::string& step) { return tells_match(step, sample); });
          QCOMPARE(found, sample.outcomes[c] == Outcome::kCorrect);
          QVERIFY(!explanation.verdict.empty() && !explanation.rule.empty());
        }
      }
    }
  }

  void hiddenHandleIsSaid() {
    const EvaluationInput input = nocs_input("nocs");
    const Report report = evaluated("nocs-legacy", input);
    std::size_t hidden = 0;
    for (std::size_t s = 0; s < report->samples.size(); ++s) {
      const std::int64_t row = report->samples[s].truth;
      if (row < 0 || input.categories[report->samples[s].row] != "mug") {
        continue;
      }
      const bool visible = input.truth.rows[static_cast<std::size_t>(row)].handle_visible;
      const Explanation explanation = report->explain(s, 0);
      const auto& steps = explanation.steps;
      const auto says = [&](const char* words) {
        return std::any_of(steps.begin(), steps.end(),
                           [&](const std::string& step) { return step.find(words) != std::string::npos; });
      };
      QCOMPARE(says("hidden handle: symmetric about its y axis"), !visible);
      QCOMPARE(says("visible handle: no symmetry"), visible);
      hidden += visible ? 0 : 1;
    }
    QVERIFY(hidden > 0);
  }

  /// The published script and the corrected one differ only by the order of the rows.
  void genposeFileOrder() {
    EvaluationInput sorted = crowded();
    std::sort(sorted.predictions.rows.begin(), sorted.predictions.rows.end(),
              [](const PoseRow& a, const PoseRow& b) { return a.score > b.score; });
    same_values(*evaluated("genpose", sorted), *evaluated("genpose-corrected", sorted), 0.0);
    std::reverse(sorted.predictions.rows.begin(), sorted.predictions.rows.end());
    const Report published = evaluated("genpose", sorted);
    const Report corrected = evaluated("genpose-corrected", sorted);
    const auto mean = [](const Report& report) { return report->rows.back().cells[0].value.value_or(0.0); };
    QVERIFY(mean(published) != mean(corrected));
  }

  void pixelBoxes() {
    // Boxes of 10 x 10 and 10 x 10 pixels that share 5 x 10: 50 / 150, the last pixel included.
    ALIDADE_NEAR(pixel_box_iou({0, 0, 9, 9}, {5, 0, 14, 9}), 1.0 / 3.0, 1e-15);
    ALIDADE_NEAR(pixel_box_iou({0, 0, 9, 9}, {20, 20, 29, 29}), 0.0, 0.0);
    ALIDADE_NEAR(pixel_box_iou({3, 4, 3, 4}, {3, 4, 3, 4}), 1.0, 0.0);
  }

  void unknownClassGoesByItsOwnSymmetry() {
    PoseRow row;
    row.symmetry = continuous_symmetry(Eigen::Vector3d::UnitY());
    QCOMPARE(nocs_symmetry({}, "vase", row), NocsSymmetry::kAxis);
    QCOMPARE(nocs_symmetry({}, "camera", row), NocsSymmetry::kNone);
    row.symmetry = continuous_symmetry(Eigen::Vector3d::UnitZ());
    QCOMPARE(nocs_symmetry({}, "vase", row), NocsSymmetry::kNone);
    QCOMPARE(nocs_symmetry({}, "glue", row), NocsSymmetry::kFlip);
    ALIDADE_NEAR(nocs_rotation_degrees(rotation_about(Eigen::Vector3d::UnitY(), 3.0),
                                       Eigen::Matrix3d::Identity(), NocsSymmetry::kFlip),
                 (std::numbers::pi - 3.0) * 180.0 / std::numbers::pi, 1e-9);
  }

  void obstacles() {
    EvaluationInput input = nocs_input("nocs");
    QVERIFY(nocs_protocol("nocs-exact").obstacle(input).empty());
    input.predictions.rows[3].size.setZero();
    QVERIFY(nocs_protocol("nocs-exact").obstacle(input).find("row 3 of pred") != std::string::npos);
    QVERIFY(nocs_protocol("genpose").obstacle(input).empty());
    input.truth.rows[2].bbox.reset();
    QVERIFY(nocs_protocol("genpose").obstacle(input).find("row 2 of gt") != std::string::npos);
    input.predictions.rows[3].score = std::nan("");
    QVERIFY(nocs_protocol("nocs-legacy").obstacle(input).find("not finite") != std::string::npos);
    QVERIFY(!nocs_protocol("nocs-legacy").obstacle({}).empty());
  }

  void emptyPredictions() {
    EvaluationInput input = nocs_input("nocs");
    input.predictions.rows.clear();
    for (const char* id : kIds) {
      const Report report = evaluated(id, input);
      QVERIFY(report);
      for (const MetricRow& row : report->rows) {
        for (const MetricCell& cell : row.cells) {
          QCOMPARE(cell.value.value_or(0.0), 0.0);
          QVERIFY(cell.value || !cell.reason.empty());
          QCOMPARE(cell.value.has_value(), id != std::string("nocs-accuracy"));
        }
      }
      QCOMPARE(report->samples.size(), input.truth.rows.size());
    }
  }

  void cancelled() {
    std::stop_source source;
    source.request_stop();
    JobContext job;
    job.stop = source.get_token();
    const auto input = std::make_shared<const EvaluationInput>(nocs_input("nocs"));
    const auto made = nocs_protocol("nocs-exact").run(input, job);
    QVERIFY(!made);
    QCOMPARE(made.error().code, ErrorCode::kCancelled);
  }
};

ALIDADE_TEST(NocsProtocolTest)
#include "nocs_protocol_test.moc"
