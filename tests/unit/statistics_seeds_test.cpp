// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include <QtTest>

#include "core/evaluation/statistics/statistics.h"
#include "tests/support/test_registry.h"
#include "tests/unit/report_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

bool close_to(double actual, double expected, double relative) {
  return std::abs(actual - expected) <= relative * std::max(1e-300, std::abs(expected));
}

/// P(T <= t) by Simpson's rule over the angle atan(t / sqrt(n)), independent of the code under test: the
/// density becomes proportional to cos^(n - 1).
double student_cdf(double t, int degrees) {
  constexpr int kSteps = 20000;
  const auto integral = [degrees](double to) {
    double sum = 0.0;
    for (int i = 0; i <= kSteps; ++i) {
      const double weight = i == 0 || i == kSteps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
      sum += weight * std::pow(std::cos(to * i / kSteps), degrees - 1);
    }
    return sum * to / kSteps / 3.0;
  };
  return 0.5 + 0.5 * integral(std::atan(t / std::sqrt(degrees))) / integral(0.5 * std::numbers::pi);
}

}  // namespace

class StatisticsSeedsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void quantilesMeetTheClosedForms() {
    for (const double p : {1e-9, 1e-4, 0.025, 0.2, 0.4999, 0.6, 0.9, 0.975, 0.9995, 1.0 - 0x1p-30}) {
      const double a = 4.0 * p * (1.0 - p);
      const double two = (2.0 * p - 1.0) * std::sqrt(2.0 / a);
      // Cauchy for one degree of freedom; for two t = (2p - 1) sqrt(2 / (4 p (1 - p))).
      const double one =
          p < 0.5 ? -1.0 / std::tan(std::numbers::pi * p) : 1.0 / std::tan(std::numbers::pi * (1.0 - p));
      QVERIFY2(close_to(student_t_quantile(p, 1), one, 1e-11), qPrintable(QString::number(p)));
      QVERIFY2(close_to(student_t_quantile(p, 2), two, 1e-11), qPrintable(QString::number(p)));
      // Shaw (2006) for four: t = sign(p - 1/2) 2 sqrt(cos(acos(sqrt(a)) / 3) / sqrt(a) - 1).
      const double q = std::cos(std::acos(std::sqrt(a)) / 3.0) / std::sqrt(a);
      const double four = (p < 0.5 ? -2.0 : 2.0) * std::sqrt(q - 1.0);
      QVERIFY2(close_to(student_t_quantile(p, 4), four, p > 0.49 && p < 0.51 ? 1e-6 : 1e-10),
               qPrintable(QString::number(p)));
    }
  }

  void quantilesInvertTheDistribution() {
    for (const int degrees : {1, 2, 3, 5, 9, 30, 101}) {
      for (const double p : {0.01, 0.025, 0.3, 0.51, 0.8, 0.95, 0.999}) {
        const double t = student_t_quantile(p, static_cast<std::size_t>(degrees));
        QVERIFY2(close_to(student_cdf(t, degrees), p, 1e-9), qPrintable(QString::number(degrees)));
      }
    }
  }

  void quantilesAreAntisymmetricAndTendToTheNormal() {
    for (const std::size_t degrees : {1, 2, 3, 10, 1000}) {
      QCOMPARE(student_t_quantile(0.5, degrees), 0.0);
      for (const double p : {0.125, 0.25, 0.375}) {
        QCOMPARE(student_t_quantile(p, degrees), -student_t_quantile(1.0 - p, degrees));
      }
    }
    QVERIFY(close_to(student_t_quantile(0.975, 1000000), 1.959963984540054, 2e-6));
    double last = student_t_quantile(0.975, 1);
    for (std::size_t degrees = 2; degrees < 60; ++degrees) {
      const double next = student_t_quantile(0.975, degrees);
      QVERIFY(next < last && next > 1.959963984540054);
      last = next;
    }
  }

  void meanAndErrorOfSmallSets() {
    QCOMPARE(over_seeds(std::vector<double>{}).count, std::size_t{0});
    const SeedSummary one = over_seeds(std::vector<double>{0.7});
    QVERIFY(one.mean == 0.7 && !one.sem);
    const SeedSummary three = over_seeds(std::vector<double>{1.0, 2.0, 6.0});
    QCOMPARE(three.mean, 3.0);
    QVERIFY(close_to(*three.sem, std::sqrt(7.0 / 3.0), 1e-15));
    const SeedSummary equal = over_seeds(std::vector<double>{0.5, 0.5, 0.5, 0.5});
    QVERIFY(equal.mean == 0.5 && *equal.sem == 0.0);
  }

  void reportsOverSeedsHoldMeansAndTheirIntervals() {
    std::vector<EvaluationReport> reports = {image_mean_report("s1", {{1.0, 0.0, 1.0, 0.0}}),
                                             image_mean_report("s2", {{1.0, 1.0, 1.0, 0.0}})};
    reports[1].notes = {"tie"};
    reports[0].samples.resize(4);
    const auto mean = over_seeds(reports, 0.95);
    QVERIFY(mean);
    const MetricCell& cell = mean->rows[0].cells[0];
    QCOMPARE(*cell.value, 0.625);
    // One degree of freedom: t = tan(0.475 pi); SEM = 0.25 / 2.
    const double half = std::tan(0.475 * std::numbers::pi) * 0.125;
    QVERIFY(close_to(cell.interval->low, 0.625 - half, 1e-11) &&
            close_to(cell.interval->high, 0.625 + half, 1e-11));
    QCOMPARE(*cell.estimator(std::vector<std::uint32_t>{0, 2, 0, 2}), 0.25);
    QVERIFY(mean->samples.empty() && mean->rows[1].is_mean);
    QCOMPARE(mean->images, reports[0].images);
    QCOMPARE(mean->notes.back(), std::string("tie"));
    QVERIFY(mean->name.find("s1") != std::string::npos && mean->name.find("2 seeds") != std::string::npos);
    QVERIFY(paired_test(*mean, reports[0], BootstrapOptions{}, JobContext{}));
  }

  void seedsWithoutAValueAreSaid() {
    std::vector<EvaluationReport> reports(3, image_mean_report("s", {{1.0, 0.0}}));
    reports[1].rows[0].cells[0].value.reset();
    const auto two = over_seeds(reports, 0.9);
    QVERIFY(two && *two->rows[0].cells[0].value == 0.5);
    QVERIFY(two->rows[0].cells[0].reason.find("2 seeds of 3") != std::string::npos);
    QVERIFY(!two->rows[0].cells[0].estimator);
    const auto one = over_seeds(std::span(reports).first(1), 0.9);
    QVERIFY(one && !one->rows[0].cells[0].interval && !one->rows[0].cells[0].reason.empty());
    const auto none = over_seeds(std::span(reports).subspan(1, 1), 0.9);
    QVERIFY(none && !none->rows[0].cells[0].value && !none->rows[0].cells[0].reason.empty());
  }

  void reportsThatDoNotFitAreRefused() {
    const auto good = image_mean_report("s1", {{1.0, 0.0}});
    const auto refused = [&](const EvaluationReport& other, const std::string& part) {
      const auto mean = over_seeds(std::vector<EvaluationReport>{good, other}, 0.95);
      return !mean && mean.error().code == ErrorCode::kMismatch &&
             mean.error().message.find(part) != std::string::npos;
    };
    auto other = good;
    other.protocol = "other";
    QVERIFY(refused(other, "test and other"));
    QVERIFY(refused(image_mean_report("s2", {{1.0, 0.0, 1.0}}), "images"));
    QVERIFY(refused(image_mean_report("s2", {{1.0, 0.0}, {1.0, 0.0}}), "rows"));
    other = good;
    other.columns[0].id = "miss";
    QVERIFY(refused(other, "columns"));
    QVERIFY(!over_seeds(std::span<const EvaluationReport>{}, 0.95));
    QVERIFY(!over_seeds(std::vector<EvaluationReport>{good}, 1.5));
  }
};

ALIDADE_TEST(StatisticsSeedsTest)
#include "statistics_seeds_test.moc"
