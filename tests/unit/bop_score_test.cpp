// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/evaluation/bop/bop_score.h"
#include "core/evaluation/objects/object_protocols.h"
#include "core/evaluation/protocol_list.h"
#include "tests/unit/bop_score_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

Protocol bop_protocol(const std::string& id) {
  for (const auto& make : {bop_protocols, object_protocols}) {
    for (const auto& candidate : make()) {
      if (candidate.id == id) {
        return candidate;
      }
    }
  }
  qFatal("unknown protocol");
}

std::shared_ptr<const EvaluationReport> bop_report_of(const std::string& id,
                                                      std::shared_ptr<const EvaluationInput> input) {
  auto report = evaluate(bop_protocol(id), std::move(input), {});
  if (!report) {
    qWarning("%s", report.error().message.c_str());
    return nullptr;
  }
  return *report;
}

const MetricCell& cell(const EvaluationReport& report, std::size_t row, const std::string& column) {
  return report.rows[row].cells[report.column(column).value()];
}

const Curve& curve(const EvaluationReport& report, const std::string& id) {
  return *std::find_if(report.curves.begin(), report.curves.end(),
                       [&](const Curve& c) { return c.id == id; });
}

/// Every estimator at all ones gives its cell's value; doubling all weights changes nothing.
void check_estimators(const EvaluationReport& report) {
  const std::vector<std::uint32_t> once(report.images.size(), 1), twice(report.images.size(), 2);
  for (const auto& row : report.rows) {
    for (const auto& c : row.cells) {
      QCOMPARE(c.value.has_value(), static_cast<bool>(c.estimator));
      QVERIFY(c.value || !c.reason.empty());
      if (c.estimator) {
        QCOMPARE(*c.estimator(once), *c.value);
        ALIDADE_NEAR(*c.estimator(twice), *c.value, 1e-12);
      }
    }
  }
}

/// Samples are complete and ordered, and every judged one can be explained.
void check_samples(const EvaluationReport& report) {
  QVERIFY(!report.samples.empty());
  for (std::size_t i = 0; i < report.samples.size(); ++i) {
    const auto& sample = report.samples[i];
    QVERIFY(i == 0 || report.samples[i - 1].image <= sample.image);
    QCOMPARE(sample.measures.size(), report.measures.size());
    QCOMPARE(sample.outcomes.size(), report.columns.size());
    for (std::size_t column = 0; column < report.columns.size(); ++column) {
      const Explanation told = report.explain(i, column);
      QVERIFY(!told.verdict.empty() && told.rule == report.columns[column].rule);
    }
  }
}

/// Resampling by weights equals evaluating an input whose images are copied or dropped.
std::shared_ptr<EvaluationInput> resampled(const EvaluationInput& input,
                                           const std::vector<std::uint32_t>& weights) {
  auto result = std::make_shared<EvaluationInput>(input);
  result->images.clear();
  result->truth.rows.clear();
  result->predictions.rows.clear();
  result->targets.clear();
  for (std::uint32_t image = 0; image < weights.size(); ++image) {
    for (std::uint32_t copy = 0; copy < weights[image]; ++copy) {
      const auto index = static_cast<std::uint32_t>(result->images.size());
      result->images.push_back(input.images[image]);
      for (auto [from, to] :
           {std::pair{&input.truth, &result->truth}, std::pair{&input.predictions, &result->predictions}}) {
        for (PoseRow row : from->rows) {
          if (row.image == image) {
            row.image = index;
            to->rows.push_back(row);
          }
        }
      }
      for (Target target : input.targets) {
        if (target.image == image) {
          target.image = index;
          result->targets.push_back(target);
        }
      }
    }
  }
  return result;
}

}  // namespace

class BopScoreTest : public QObject {
  Q_OBJECT

  std::shared_ptr<EvaluationInput> input_ = bop_fixture_input();
  nlohmann::json expected_ = fixture_json("bop/bench_expected.json");

 private Q_SLOTS:
  void initTestCase() {
    QVERIFY(!input_->truth.rows.empty() && !input_->predictions.rows.empty());
    QVERIFY(expected_.is_object());
  }

  void thresholdsCarryTheRoundingOfArange() {
    for (const char* kind : {"mssd", "mspd"}) {
      const auto thresholds = std::string(kind) == "mssd" ? mssd_thresholds() : mspd_thresholds();
      const auto expected = expected_.at(kind).at("thresholds").get<std::vector<double>>();
      QVERIFY(std::equal(thresholds.begin(), thresholds.end(), expected.begin(), expected.end()));
    }
    QCOMPARE(vsd_thresholds()[2], 0.15000000000000002);
  }

  void recallsEqualTheToolkit() {
    const auto report = bop_report_of("bop19", input_);
    QVERIFY(report);
    const std::size_t all = report->rows.size() - 1;
    for (const std::string kind : {"mssd", "mspd"}) {
      const auto& expected = expected_.at(kind);
      ALIDADE_NEAR(*cell(*report, all, "ar_" + kind).value, expected.at("AR").get<double>(), 1e-9);
      QCOMPARE(report->rows[all].truths, expected.at("targets").get<std::size_t>());
      const Curve& recall = curve(*report, "recall_over_" + kind);
      for (std::size_t i = 0; i < 10; ++i) {
        ALIDADE_NEAR(recall.y[all][i], expected.at("recall")[i].get<double>(), 1e-9);
        for (std::size_t object = 0; object < all; ++object) {
          ALIDADE_NEAR(recall.y[object][i], expected.at("obj_recalls")[i][object].get<double>(), 1e-9);
        }
      }
      for (std::size_t object = 0; object < all; ++object) {
        const double mean = std::accumulate(recall.y[object].begin(), recall.y[object].end(), 0.0) / 10.0;
        ALIDADE_NEAR(*cell(*report, object, "ar_" + kind).value, mean, 1e-12);
      }
    }
    const double both = (expected_["mssd"]["AR"].get<double>() + expected_["mspd"]["AR"].get<double>()) / 2.0;
    ALIDADE_NEAR(*cell(*report, all, "ar_mssd_mspd").value, both, 1e-9);
    check_estimators(*report);
    check_samples(*report);
  }

  void withoutDepthThereIsNoAr() {
    const auto report = bop_report_of("bop19", input_);
    for (std::size_t row = 0; row < report->rows.size(); ++row) {
      for (const char* column : {"ar", "ar_vsd"}) {
        QVERIFY(!cell(*report, row, column).value);
        QVERIFY(cell(*report, row, column).reason.find("depth") != std::string::npos);
      }
    }
  }

  void precisionsEqualTheToolkit() {
    const auto report = bop_report_of("bop24", input_);
    QVERIFY(report);
    const std::size_t mean = report->rows.size() - 1;
    for (const std::string kind : {"mssd", "mspd", "mssd_mm"}) {
      const auto& expected = expected_.at("bop24_ap_" + kind);
      const Curve& lines = curve(*report, "ap_over_" + kind);
      for (std::size_t i = 0; i < 10; ++i) {
        for (std::size_t object = 0; object < mean; ++object) {
          ALIDADE_NEAR(lines.y[object][i], expected.at("ap_per_object")[i][object].get<double>(), 1e-9);
        }
      }
      ALIDADE_NEAR(*cell(*report, mean, "ap_" + kind).value, expected.at("mean").get<double>(), 1e-9);
    }
    const double both = (expected_["bop24_ap_mssd"]["mean"].get<double>() +
                         expected_["bop24_ap_mspd"]["mean"].get<double>()) /
                        2.0;
    ALIDADE_NEAR(*cell(*report, mean, "ap").value, both, 1e-9);
    check_estimators(*report);
    check_samples(*report);
  }

  void weightsEqualCopiedImages_data() {
    QTest::addColumn<QString>("id");
    for (const char* id : {"bop19", "bop24", "add", "adi-bop", "add-s-mqat"}) {
      QTest::newRow(id) << QString(id);
    }
  }
  void weightsEqualCopiedImages() {
    QFETCH(QString, id);
    const auto report = bop_report_of(id.toStdString(), input_);
    QVERIFY(report);
    Random random(7);
    std::vector<std::uint32_t> weights;
    for (std::size_t i = 0; i < input_->images.size(); ++i) {
      weights.push_back(random.index(3));
    }
    const auto copied = bop_report_of(id.toStdString(), resampled(*input_, weights));
    QVERIFY(copied);
    for (std::size_t row = 0; row < report->rows.size(); ++row) {
      for (std::size_t column = 0; column < report->columns.size(); ++column) {
        const MetricCell& once = report->rows[row].cells[column];
        if (once.estimator) {
          const auto value = once.estimator(weights);
          const auto& other = copied->rows[row].cells[column].value;
          QCOMPARE(value.has_value(), other.has_value());
          if (value) {
            ALIDADE_NEAR(*value, *other, 1e-9);
          }
        }
      }
    }
  }

  // The truth as submission is right everywhere; without any estimate all is missed.
  void theTruthScoresOneAndNothingScoresZero() {
    auto perfect = std::make_shared<EvaluationInput>(*input_);
    perfect->predictions.rows = perfect->truth.rows;
    for (PoseRow& row : perfect->predictions.rows) {
      row.score = row.visible_fraction;  // of several instances the most visible are the targets
    }
    auto empty = std::make_shared<EvaluationInput>(*input_);
    empty->predictions.rows.clear();
    for (const auto& [id, columns] : std::map<std::string, std::vector<std::string>>{
             {"bop19", {"ar_mssd", "ar_mspd", "ar_mssd_mspd"}},
             {"bop24", {"ap", "ap_mssd", "ap_mspd", "ap_mssd_mm"}},
             {"add", {"add_0.1d", "add_0.5d", "add_auc"}},
             {"add-s", {"add_s_0.1d", "add_s_auc"}},
             {"adi-mqat", {"adi_0.1d", "adi_auc"}}}) {
      const auto report = bop_report_of(id, perfect), nothing = bop_report_of(id, empty);
      QVERIFY(report && nothing);
      for (std::size_t row = 0; row < report->rows.size(); ++row) {
        for (const auto& column : columns) {
          QCOMPARE(cell(*report, row, column).value.value_or(1.0), 1.0);
          QCOMPARE(cell(*nothing, row, column).value.value_or(0.0), 0.0);
        }
      }
      check_samples(*nothing);
    }
  }

  void depthBinsEqualTheOracle() {
    for (const auto& entry : fixture_json("bop/depth_bins.json")) {
      const auto depths = entry.at("gt_z").get<std::vector<double>>();
      const DepthBins bins = depth_bins(depths, 1e-5);
      QVERIFY(bins.bin == entry.at("bin_index").get<std::vector<int>>());
      for (std::size_t i = 0; i < 4; ++i) {
        ALIDADE_NEAR(bins.edges[i], entry.at("bin_edges")[i].get<double>(), 1e-9);
      }
      for (const auto& [errors_key, suffix, missing] :
           {std::tuple{"error_over_diameter", "d", 1.0}, std::tuple{"reprojection_px", "px", 50.0}}) {
        std::vector<std::optional<double>> errors;
        for (const auto& error : entry.at(errors_key)) {
          errors.push_back(error.is_null() ? std::nullopt : std::optional(error.get<double>()));
        }
        const auto thresholds = entry.at(std::string("thresholds_") + suffix).get<std::vector<double>>();
        for (std::size_t i = 0; i < thresholds.size(); ++i) {
          for (int bin = -1; bin < 3; ++bin) {
            const auto& expected = bin < 0 ? entry.at(std::string("accuracy_all_") + suffix)[i]
                                           : entry.at(std::string("accuracy_near_medium_far_") +
                                                      suffix)[static_cast<std::size_t>(bin)][i];
            const auto value = accuracy_in_bin(errors, bins.bin, bin, thresholds[i], missing);
            QCOMPARE(value.has_value(), !expected.is_null());
            if (value) {
              ALIDADE_NEAR(*value * 100.0, expected.get<double>(), 1e-9);
            }
          }
        }
      }
    }
  }

  void greedyMatchingIsStrictAndTakesTheNearest() {
    const std::vector<double> errors{0.3, 0.2, 0.1, 0.1};  // [estimate][truth]
    const auto error = [&](std::size_t e, std::size_t t) { return errors[e * 2 + t]; };
    QVERIFY((match_greedily(2, 2, error, 1.0) == std::vector<int>{1, 0}));
    QVERIFY((match_greedily(2, 2, error, 0.2) == std::vector<int>{1, -1}));
    QVERIFY((match_greedily(2, 2, error, 0.1) == std::vector<int>{-1, -1}));
    QVERIFY(match_greedily(0, 0, error, 1.0).empty());
  }

  void obstaclesAreNamed() {
    auto broken = std::make_shared<EvaluationInput>(*input_);
    broken->objects.begin()->second.vertices.clear();
    for (const char* id : {"bop19", "bop24", "add", "swisscube"}) {
      const auto report = evaluate(bop_protocol(id), broken, {});
      QVERIFY(!report && report.error().message.find("has no mesh or no diameter") != std::string::npos);
    }
    const auto several = evaluate(bop_protocol("swisscube"), input_, {});
    QVERIFY(!several && several.error().message.find("more than once") != std::string::npos);
    broken = std::make_shared<EvaluationInput>(*input_);
    broken->truth.rows.clear();
    QVERIFY(!evaluate(bop_protocol("bop19"), broken, {}));
    std::stop_source source;
    source.request_stop();
    const auto stopped = evaluate(bop_protocol("bop19"), input_, {source.get_token(), {}});
    QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
  }
};

ALIDADE_TEST(BopScoreTest)
#include "bop_score_test.moc"
