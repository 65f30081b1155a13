// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QtTest>

#include "core/base/random.h"
#include "core/evaluation/statistics/statistics.h"
#include "tests/support/test_registry.h"
#include "tests/unit/report_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr int kReplicates = 500;

BootstrapOptions paired_options() {
  BootstrapOptions result;
  result.replicates = kReplicates;
  result.seed = 9;
  return result;
}

std::vector<double> paired_bernoulli(Random& random, std::size_t count, double p) {
  std::vector<double> values(count);
  std::generate(values.begin(), values.end(), [&] { return random.uniform() < p ? 1.0 : 0.0; });
  return values;
}

PairedTest test_of(const EvaluationReport& a, const EvaluationReport& b) {
  const auto test = paired_test(a, b, paired_options(), JobContext{});
  return test ? *test : PairedTest{};
}

bool pair_refused(const EvaluationReport& a, const EvaluationReport& b, const std::string& part) {
  const auto test = paired_test(a, b, paired_options(), JobContext{});
  return !test && test.error().code == ErrorCode::kMismatch &&
         test.error().message.find(part) != std::string::npos;
}

}  // namespace

class StatisticsPairedTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void identicalRunsDoNotDiffer() {
    Random random(1);
    const auto report =
        image_mean_report("a", {paired_bernoulli(random, 60, 0.5), paired_bernoulli(random, 60, 0.9)});
    const PairedTest test = test_of(report, report);
    QCOMPARE(test.rows, (std::vector<std::string>{"row 0", "row 1", "mean"}));
    QCOMPARE(test.columns, (std::vector<std::string>{"hit"}));
    for (const auto& row : test.cells) {
      QCOMPARE(row[0].p_value, std::optional(1.0));
      QCOMPARE(row[0].difference, std::optional(0.0));
      QCOMPARE(row[0].interval->low, 0.0);
      QCOMPARE(row[0].interval->high, 0.0);
      QVERIFY(row[0].reason.empty());
    }
  }

  // Against the definition, with the same weights drawn here.
  void valuesFollowTheDefinition() {
    Random random(2);
    const auto a = paired_bernoulli(random, 50, 0.6);
    const auto b = paired_bernoulli(random, 50, 0.45);
    const PairedCell cell = test_of(image_mean_report("a", {a}), image_mean_report("b", {b})).cells[0][0];
    std::vector<double> differences;
    int not_positive = 0;
    int not_negative = 0;
    for (int r = 0; r < kReplicates; ++r) {
      std::vector<std::uint32_t> weights(50);
      bootstrap_weights(paired_options().seed, static_cast<std::uint64_t>(r), weights);
      differences.push_back(*image_mean(a)(weights) - *image_mean(b)(weights));
      not_positive += differences.back() <= 0.0 ? 1 : 0;
      not_negative += differences.back() >= 0.0 ? 1 : 0;
    }
    std::sort(differences.begin(), differences.end());
    const Interval expected = percentile_interval(differences, 0.95);
    QCOMPARE(cell.interval->low, expected.low);
    QCOMPARE(cell.interval->high, expected.high);
    QCOMPARE(*cell.p_value,
             std::min(1.0, 2.0 * (std::min(not_positive, not_negative) + 1) / (kReplicates + 1.0)));
    QCOMPARE(*cell.difference, *cell.a - *cell.b);
    QVERIFY(not_positive > 0);
  }

  void swappingTheRunsMirrorsTheTest() {
    Random random(3);
    const auto a =
        image_mean_report("a", {paired_bernoulli(random, 80, 0.6), paired_bernoulli(random, 80, 0.5)});
    const auto b =
        image_mean_report("b", {paired_bernoulli(random, 80, 0.5), paired_bernoulli(random, 80, 0.5)});
    const PairedTest ab = test_of(a, b);
    const PairedTest ba = test_of(b, a);
    QCOMPARE(ab.a, ba.b);
    for (std::size_t i = 0; i < 3; ++i) {
      QCOMPARE(*ab.cells[i][0].p_value, *ba.cells[i][0].p_value);
      QCOMPARE(*ab.cells[i][0].difference, -*ba.cells[i][0].difference);
      QCOMPARE(ab.cells[i][0].interval->low, -ba.cells[i][0].interval->high);
      QCOMPARE(ab.cells[i][0].interval->high, -ba.cells[i][0].interval->low);
    }
  }

  void aClearDifferenceHasTheSmallestPossibleP() {
    const PairedCell cell = test_of(image_mean_report("a", {std::vector<double>(30, 1.0)}),
                                    image_mean_report("b", {std::vector<double>(30, 0.0)}))
                                .cells[0][0];
    QCOMPARE(*cell.p_value, 2.0 / (kReplicates + 1.0));
    QCOMPARE(cell.interval->low, 1.0);
  }

  // Without a real difference small p-values are as rare as they should be.
  void chanceIsSeldomCalledADifference() {
    Random random(4);
    int called = 0;
    constexpr int kPairs = 200;
    for (int i = 0; i < kPairs; ++i) {
      const auto a = image_mean_report("a", {paired_bernoulli(random, 100, 0.5)});
      const auto b = image_mean_report("b", {paired_bernoulli(random, 100, 0.5)});
      called += *test_of(a, b).cells[0][0].p_value <= 0.05 ? 1 : 0;
    }
    QVERIFY2(called <= 20, qPrintable(QString::number(called)));
    QVERIFY2(called >= 1, qPrintable(QString::number(called)));
  }

  void onlySharedCellsAreTested() {
    auto a = image_mean_report("a", {{1.0, 0.0, 1.0}, {1.0, 1.0, 0.0}});
    auto b = image_mean_report("b", {{1.0, 0.0, 1.0}, {1.0, 1.0, 0.0}});
    b.rows[0].name = "other";
    a.columns.insert(a.columns.begin(), share_column("extra", "extra"));
    for (MetricRow& row : a.rows) {
      row.cells.insert(row.cells.begin(), MetricCell{});
      row.cells[1].mean_of.reset();
    }
    const PairedTest test = test_of(a, b);
    QCOMPARE(test.rows, (std::vector<std::string>{"row 1", "mean"}));
    QCOMPARE(test.columns, (std::vector<std::string>{"hit"}));
    QCOMPARE(*test.cells[0][0].p_value, 1.0);
  }

  void missingPartsAreExplained() {
    auto a = image_mean_report("run a", {{1.0, 0.0, 1.0}, {1.0, 1.0, 0.0}});
    const auto b = image_mean_report("run b", {{1.0, 0.0, 1.0}, {1.0, 1.0, 0.0}});
    a.rows[0].cells[0].value.reset();
    a.rows[0].cells[0].reason = "no truth";
    a.rows[1].cells[0].estimator = nullptr;
    const PairedTest test = test_of(a, b);
    QCOMPARE(test.cells[0][0].reason, std::string("no value in run a: no truth"));
    QVERIFY(!test.cells[0][0].difference && test.cells[0][0].b);
    QVERIFY(test.cells[1][0].difference && !test.cells[1][0].p_value && !test.cells[1][0].interval);
    QVERIFY(!test.cells[1][0].reason.empty());
    const PairedTest one = test_of(image_mean_report("a", {{1.0}}), image_mean_report("b", {{0.0}}));
    QVERIFY(one.cells[0][0].difference && !one.cells[0][0].p_value && !one.cells[0][0].reason.empty());
  }

  void runsThatDoNotFitAreRefusedWithTheDifference() {
    const auto a = image_mean_report("run a", {{1.0, 0.0, 1.0}});
    auto b = image_mean_report("run b", {{1.0, 0.0, 1.0}});
    b.protocol = "other";
    QVERIFY(pair_refused(a, b, "run b with other"));
    b.protocol = a.protocol;
    b.images[1] = "elsewhere";
    QVERIFY(pair_refused(a, b, "image 2 is 'image 1' in run a and 'elsewhere' in run b"));
    QVERIFY(pair_refused(a, image_mean_report("run b", {{1.0, 0.0}}), "run a has 3 images, run b has 2"));
  }

  void stopsOnRequest() {
    std::stop_source stop;
    stop.request_stop();
    JobContext job;
    job.stop = stop.get_token();
    const auto a = image_mean_report("a", {{1.0, 0.0}});
    const auto stopped = paired_test(a, a, paired_options(), job);
    QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
  }
};

ALIDADE_TEST(StatisticsPairedTest)
#include "statistics_paired_test.moc"
