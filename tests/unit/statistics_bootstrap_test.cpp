// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numeric>

#include <QtTest>

#include "core/base/random.h"
#include "core/evaluation/statistics/statistics.h"
#include "tests/support/test_registry.h"
#include "tests/unit/report_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

std::vector<double> bernoulli(Random& random, std::size_t count, double p) {
  std::vector<double> values(count);
  std::generate(values.begin(), values.end(), [&] { return random.uniform() < p ? 1.0 : 0.0; });
  return values;
}

BootstrapOptions options(int replicates, std::uint64_t seed = 0) {
  BootstrapOptions result;
  result.replicates = replicates;
  result.seed = seed;
  return result;
}

Interval interval_of(const EvaluationReport& report, const BootstrapOptions& how, std::size_t row = 0) {
  const auto result = with_intervals(report, how, JobContext{});
  return result && result->rows[row].cells[0].interval ? *result->rows[row].cells[0].interval
                                                       : Interval{-1.0, -1.0, 0.0};
}

bool near(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance;
}

}  // namespace

class StatisticsBootstrapTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void weightsAreMultinomialAndRepeat() {
    constexpr std::size_t kImages = 50;
    double squares = 0.0;
    for (std::uint64_t r = 0; r < 2000; ++r) {
      std::vector<std::uint32_t> weights(kImages, 7);
      std::vector<std::uint32_t> again(kImages);
      bootstrap_weights(3, r, weights);
      bootstrap_weights(3, r, again);
      QCOMPARE(weights, again);
      QCOMPARE(std::accumulate(weights.begin(), weights.end(), 0U), static_cast<std::uint32_t>(kImages));
      for (const std::uint32_t weight : weights) {
        squares += (weight - 1.0) * (weight - 1.0) / (2000.0 * kImages);
      }
    }
    QVERIFY(near(squares, 1.0 - 1.0 / kImages, 0.02));  // the binomial's variance
    std::vector<std::uint32_t> a(kImages), b(kImages), c(kImages);
    bootstrap_weights(3, 0, a);
    bootstrap_weights(3, 1, b);
    bootstrap_weights(4, 0, c);
    QVERIFY(a != b && a != c);
    bootstrap_weights(0, 0, {});
  }

  void percentilesInterpolateAndMirrorExactly() {
    const std::vector<double> values = {0.0, 1.0, 2.0, 3.0, 10.0};
    QCOMPARE(percentile_interval(values, 0.5).low, 1.0);
    QCOMPARE(percentile_interval(values, 0.5).high, 3.0);
    QVERIFY(near(percentile_interval(values, 0.8).low, 0.4, 1e-15));
    QVERIFY(near(percentile_interval(values, 0.8).high, 7.2, 1e-14));
    QCOMPARE(percentile_interval(std::vector<double>{4.0}, 0.95).low, 4.0);
    QCOMPARE(percentile_interval(std::vector<double>{4.0}, 0.95).high, 4.0);
    Random random(5);
    std::vector<double> sorted(101);
    std::generate(sorted.begin(), sorted.end(), [&] { return random.normal(); });
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> mirrored(sorted.rbegin(), sorted.rend());
    std::transform(mirrored.begin(), mirrored.end(), mirrored.begin(), std::negate<>());
    QCOMPARE(percentile_interval(mirrored, 0.95).low, -percentile_interval(sorted, 0.95).high);
    QCOMPARE(percentile_interval(mirrored, 0.95).high, -percentile_interval(sorted, 0.95).low);
  }

  // The mean of a Bernoulli variable has a known standard error.
  void intervalOfAMeanIsCloseToTheNormalOne() {
    Random random(11);
    const auto values = bernoulli(random, 900, 0.3);
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / 900.0;
    const double error = std::sqrt(mean * (1.0 - mean) / 900.0);
    const Interval interval = interval_of(image_mean_report("a", {values}), options(4000));
    QVERIFY(near(interval.low, mean - 1.959964 * error, 0.15 * error));
    QVERIFY(near(interval.high, mean + 1.959964 * error, 0.15 * error));
    QCOMPARE(interval.level, 0.95);
  }

  void intervalsCoverTheTruthAsOftenAsTheySay() {
    Random random(12);
    int covered = 0;
    constexpr int kSets = 300;
    for (int i = 0; i < kSets; ++i) {
      const auto report = image_mean_report("a", {bernoulli(random, 120, 0.4)});
      const Interval interval = interval_of(report, options(300, static_cast<std::uint64_t>(i)));
      covered += interval.low <= 0.4 && 0.4 <= interval.high ? 1 : 0;
    }
    const double share = static_cast<double>(covered) / kSets;
    QVERIFY2(near(share, 0.95, 0.04), qPrintable(QString::number(share)));
  }

  void equalSeedsGiveEqualIntervals() {
    Random random(13);
    std::vector<double> values(40);
    std::generate(values.begin(), values.end(), [&] { return random.uniform(); });
    const auto report = image_mean_report("a", {values});
    const Interval first = interval_of(report, options(500));
    for (int i = 0; i < 3; ++i) {
      const Interval again = interval_of(report, options(500));
      QVERIFY(again.low == first.low && again.high == first.high);
    }
    const Interval other = interval_of(report, options(500, 1));
    QVERIFY(other.low != first.low || other.high != first.high);
  }

  // The mean row is put together from the other rows' replicates: the same as calling its estimator.
  void meanRowReusesTheRowsExactly() {
    Random random(14);
    auto holes = bernoulli(random, 30, 0.5);
    std::fill(holes.begin() + 3, holes.end(), -1.0);
    auto report = image_mean_report("a", {bernoulli(random, 30, 0.5), holes, bernoulli(random, 30, 0.2)});
    for (const std::optional<double> absent : {std::optional<double>(), std::optional<double>(0.0)}) {
      report.rows[3].cells[0] = mean_cell(std::span(report.rows).first(3), 0, absent);
      const Interval reused = interval_of(report, options(400), 3);
      report.rows[3].cells[0].mean_of.reset();
      const Interval called = interval_of(report, options(400), 3);
      QCOMPARE(reused.low, called.low);
      QCOMPARE(reused.high, called.high);
    }
  }

  // A mean that needs all of its rows is defined only where they are.
  void meanThatNeedsAllRowsIsSeldomerDefined() {
    std::vector<double> rare(20, -1.0);
    rare[0] = 1.0;
    auto report = image_mean_report("a", {std::vector<double>(20, 0.0), rare});
    const auto rows = std::span(report.rows).first(2);
    report.rows[2].cells[0] = mean_cell(rows, 0, std::nullopt);
    QCOMPARE(interval_of(report, options(1000), 2).low, 0.0);
    report.rows[2].cells[0].mean_of->needs_all = true;
    QCOMPARE(interval_of(report, options(1000), 2).low, 0.5);
  }

  void undefinedReplicatesAreLeftOutOrGiveNoInterval() {
    std::vector<double> rare(20, -1.0);
    rare[0] = 0.25;  // drawn in 1 - (19/20)^20 = 64 % of the replicates
    const auto often = with_intervals(image_mean_report("a", {rare}), options(1000), JobContext{});
    QVERIFY(often);
    QCOMPARE(often->rows[0].cells[0].interval->low, 0.25);
    QCOMPARE(often->rows[0].cells[0].interval->high, 0.25);

    auto report = image_mean_report("a", {std::vector<double>(20, 1.0)});
    report.rows[0].cells[0].estimator = [](std::span<const std::uint32_t> weights) {
      return weights[0] >= 2 ? std::optional(1.0) : std::nullopt;
    };
    const auto seldom = with_intervals(report, options(1000), JobContext{});
    QVERIFY(seldom && !seldom->rows[0].cells[0].interval);
    QVERIFY(seldom->rows[0].cells[0].reason.find("of 1000 resamples define it") != std::string::npos);
    report.rows[0].cells[0].estimator = [](std::span<const std::uint32_t>) {
      return std::optional(std::nan(""));
    };
    const auto never = with_intervals(report, options(1000), JobContext{});
    QVERIFY(never && !never->rows[0].cells[0].interval);
  }

  void cellsWithoutValueOrEstimatorStayAsTheyAre() {
    auto report = image_mean_report("a", {{1.0, 0.0, 1.0}, {0.0, 0.0, 1.0}});
    report.rows[0].cells[0].estimator = nullptr;
    report.rows[1].cells[0].value.reset();
    report.rows[1].cells[0].reason = "no truth";
    const auto result = with_intervals(report, options(100), JobContext{});
    QVERIFY(result && !result->rows[0].cells[0].interval && !result->rows[1].cells[0].interval);
    QCOMPARE(result->rows[1].cells[0].reason, std::string("no truth"));
  }

  void oneImageCannotBeResampled() {
    const auto result = with_intervals(image_mean_report("a", {{1.0}}), options(100), JobContext{});
    QVERIFY(result && !result->rows[0].cells[0].interval);
    QVERIFY(result->rows[0].cells[0].reason.find("at least two") != std::string::npos);
  }

  void optionsOutOfRangeAreRefused() {
    const auto report = image_mean_report("a", {{1.0, 0.0}});
    for (const int replicates : {-1, 0, 1, 100001}) {
      const auto refused = with_intervals(report, options(replicates), JobContext{});
      QVERIFY(!refused && refused.error().code == ErrorCode::kUsage);
    }
    for (const double level : {0.0, 1.0, -0.5, std::nan("")}) {
      BootstrapOptions how = options(100);
      how.level = level;
      const auto refused = with_intervals(report, how, JobContext{});
      QVERIFY(!refused && refused.error().code == ErrorCode::kUsage);
    }
  }

  void stopsOnRequestAndReportsProgress() {
    std::stop_source stop;
    JobContext job;
    job.stop = stop.get_token();
    std::int64_t done = 0;
    job.on_progress = [&](const Progress& progress) {
      QVERIFY(progress.done >= done && progress.done <= progress.total);
      done = progress.done;
      if (done > 50) {
        stop.request_stop();
      }
    };
    const auto stopped = with_intervals(image_mean_report("a", {{1.0, 0.0}}), options(100000), job);
    QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
    QVERIFY(done > 50 && done < 100000);
  }
};

ALIDADE_TEST(StatisticsBootstrapTest)
#include "statistics_bootstrap_test.moc"
