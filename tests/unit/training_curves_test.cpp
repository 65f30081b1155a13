// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include <QtTest>

#include "core/base/random.h"
#include "core/evaluation/statistics/training_curves.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr double kClose = 1e-12;

bool close(double a, double b) {
  return std::abs(a - b) <= kClose * std::max(1.0, std::abs(b));
}

std::vector<double> noise(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values(count);
  for (double& value : values) {
    value = random.uniform();
  }
  return values;
}

}  // namespace

class TrainingCurvesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void impulseDecays_data();
  void impulseDecays();
  void rampLagsBehind_data() { impulseDecays_data(); }
  void rampLagsBehind();
  void constantsStayWhatTheyAre();
  void equalsTheDefinition();
  void withoutWeightNothingChanges();
  void gapsDoNotCount();
  void strangeWeightsAreClamped();
  void bandEqualsBruteForce();
  void bandEndsWithTheShortestRun();
  void emptyBands();
};

void TrainingCurvesTest::impulseDecays_data() {
  QTest::addColumn<double>("w");
  for (const double w : {0.1, 0.5, 0.9, 0.99}) {
    QTest::addRow("%g", w) << w;
  }
}

/// 1, 0, 0, ...: after n values w^(n-1) (1 - w) / (1 - w^n) is left.
void TrainingCurvesTest::impulseDecays() {
  QFETCH(double, w);
  std::vector<double> values(40, 0.0);
  values[0] = 1.0;
  const auto smooth = smoothed(values, w);
  for (int n = 1; n <= 40; ++n) {
    QVERIFY(close(smooth[static_cast<std::size_t>(n - 1)],
                  std::pow(w, n - 1) * (1.0 - w) / (1.0 - std::pow(w, n))));
  }
}

/// 1, 2, 3, ...: sum_j w^j (n - j) / sum_j w^j in closed form.
void TrainingCurvesTest::rampLagsBehind() {
  QFETCH(double, w);
  std::vector<double> values;
  for (int n = 1; n <= 40; ++n) {
    values.push_back(n);
    const double total = (1.0 - std::pow(w, n)) / (1.0 - w);
    const double lag =
        w * (1.0 - n * std::pow(w, n - 1) + (n - 1) * std::pow(w, n)) / ((1.0 - w) * (1.0 - w));
    QVERIFY(std::abs(smoothed(values, w).back() - (n - lag / total)) < 1e-9);
  }
}

void TrainingCurvesTest::constantsStayWhatTheyAre() {
  for (const double value : {0.1, -3.7e-9, 1e300}) {
    for (const double smooth : smoothed(std::vector<double>(100, value), 0.9)) {
      QCOMPARE(smooth, value);  // to the last bit
    }
  }
}

void TrainingCurvesTest::equalsTheDefinition() {
  const auto values = noise(60, 7);
  const double w = 0.83;
  const auto smooth = smoothed(values, w);
  for (std::size_t n = 0; n < values.size(); ++n) {
    double sum = 0.0, total = 0.0;
    for (std::size_t i = 0; i <= n; ++i) {
      const double share = std::pow(w, static_cast<double>(n - i));
      sum += share * values[i];
      total += share;
    }
    QVERIFY(close(smooth[n], sum / total));
  }
}

void TrainingCurvesTest::withoutWeightNothingChanges() {
  const auto values = noise(20, 3);
  const auto smooth = smoothed(values, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    QCOMPARE(smooth[i], values[i]);
  }
  QVERIFY(smoothed({}, 0.9).empty());
}

void TrainingCurvesTest::gapsDoNotCount() {
  const auto values = noise(30, 5);
  std::vector<double> holed;
  for (std::size_t i = 0; i < values.size(); ++i) {
    holed.push_back(values[i]);
    if (i % 3 == 0) {
      holed.push_back(i % 2 == 0 ? kGap : std::numeric_limits<double>::infinity());
    }
  }
  const auto whole = smoothed(values, 0.9), with_gaps = smoothed(holed, 0.9);
  std::size_t at = 0;
  for (std::size_t i = 0; i < holed.size(); ++i) {
    if (std::isfinite(holed[i])) {
      QCOMPARE(with_gaps[i], whole[at++]);
    } else {
      QVERIFY(std::isnan(with_gaps[i]));
    }
  }
}

void TrainingCurvesTest::strangeWeightsAreClamped() {
  const auto values = noise(10, 9);
  QCOMPARE(smoothed(values, kGap), smoothed(values, 0.0));
  QCOMPARE(smoothed(values, -4.0), smoothed(values, 0.0));
  QCOMPARE(smoothed(values, 7.0), smoothed(values, 0.9999));
}

void TrainingCurvesTest::bandEqualsBruteForce() {
  // Three runs with records of their own, some of them missing or a gap.
  std::vector<TrainingSeries> runs(3);
  Random random(11);
  for (TrainingSeries& run : runs) {
    for (int step = 0; step < 200; step += 5) {
      if (random.uniform() < 0.8) {
        run.steps.push_back(step);
        run.values.push_back(random.uniform() < 0.1 ? kGap : random.uniform());
      }
    }
  }
  const SeedBand band = band_over_runs(runs);
  std::size_t at = 0;
  for (int step = 0; step < 200; step += 5) {
    std::vector<double> found;
    for (const TrainingSeries& run : runs) {
      for (std::size_t i = 0; i < run.steps.size(); ++i) {
        if (run.steps[i] == step && std::isfinite(run.values[i])) {
          found.push_back(run.values[i]);
        }
      }
    }
    if (found.size() == runs.size()) {
      QVERIFY(at < band.steps.size());
      QCOMPARE(band.steps[at], static_cast<double>(step));
      QVERIFY(close(band.mean[at], (found[0] + found[1] + found[2]) / 3.0));
      QCOMPARE(band.low[at], std::min({found[0], found[1], found[2]}));
      QCOMPARE(band.high[at], std::max({found[0], found[1], found[2]}));
      ++at;
    }
  }
  QCOMPARE(at, band.steps.size());
  QVERIFY(at > 5);
}

void TrainingCurvesTest::bandEndsWithTheShortestRun() {
  const SeedBand band = band_over_runs({{"", {1, 2, 3}, {1, 1, 1}}, {"", {1, 2}, {3, 5}}});
  QCOMPARE(band.steps, (std::vector<double>{1, 2}));
  QCOMPARE(band.mean, (std::vector<double>{2, 3}));
}

void TrainingCurvesTest::emptyBands() {
  QVERIFY(band_over_runs({}).steps.empty());
  QVERIFY(band_over_runs({{"", {1}, {1}}, {"", {}, {}}}).steps.empty());
  const SeedBand equal = band_over_runs({{"", {1}, {0.1}}, {"", {1}, {0.1}}, {"", {1}, {0.1}}});
  QCOMPARE(equal.mean.front(), 0.1);
}

ALIDADE_TEST(TrainingCurvesTest)
#include "training_curves_test.moc"
