// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <QTest>

#include "core/base/random.h"
#include "core/evaluation/statistics/rank_correlation.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class RankCorrelationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void closedForms() {
    const std::vector<double> up{1.0, 2.0, 5.0, 100.0}, down{9.0, 3.0, 2.5, -7.0};
    QVERIFY(std::abs(*rank_correlation(up, up) - 1.0) < 1e-15);
    QVERIFY(std::abs(*rank_correlation(up, down) + 1.0) < 1e-15);
    // Without ties 1 - 6 sum d^2 / (n (n^2 - 1)); here d = (0, -1, 1, 0).
    const std::vector<double> swapped{1.0, 5.0, 2.0, 100.0};
    QVERIFY(std::abs(*rank_correlation(up, swapped) - (1.0 - 6.0 * 2.0 / 60.0)) < 1e-15);
    // Ranks (1.5, 1.5, 3) against (1, 2, 3): 1.5 / sqrt(1.5 * 2).
    const std::vector<double> tied{4.0, 4.0, 6.0}, plain{1.0, 2.0, 3.0};
    QVERIFY(std::abs(*rank_correlation(tied, plain) - 1.5 / std::sqrt(3.0)) < 1e-15);
  }

  void rankingIsAllThatCounts() {
    Random random(3);
    std::vector<double> a(40), b(40), bent(40);
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = random.normal();
      b[i] = a[i] + random.normal();
      bent[i] = std::exp(3.0 * a[i]);
    }
    const double value = *rank_correlation(a, b);
    QVERIFY(value > 0.2 && value < 1.0);
    QVERIFY(std::abs(*rank_correlation(bent, b) - value) < 1e-15);
    QVERIFY(std::abs(*rank_correlation(b, a) - value) < 1e-15);
    double squares = 0.0;  // brute force: the rank is the number of smaller values
    for (std::size_t i = 0; i < a.size(); ++i) {
      const auto rank = [](const std::vector<double>& all, double x) {
        return std::count_if(all.begin(), all.end(), [x](double y) { return y < x; });
      };
      squares += std::pow(static_cast<double>(rank(a, a[i]) - rank(b, b[i])), 2);
    }
    QVERIFY(std::abs(value - (1.0 - 6.0 * squares / (40.0 * (1600.0 - 1.0)))) < 1e-12);
  }

  void whatHasNoOrderHasNoCorrelation() {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    using List = std::vector<double>;
    QVERIFY(!rank_correlation(List{}, List{}));
    QVERIFY(!rank_correlation(List{1.0}, List{2.0}));
    QVERIFY(!rank_correlation(List{1.0, 2.0}, List{1.0}));
    QVERIFY(!rank_correlation(List{1.0, 1.0}, List{1.0, 2.0}));
    QVERIFY(!rank_correlation(List{1.0, nan}, List{1.0, 2.0}));
  }
};

ALIDADE_TEST(RankCorrelationTest)
#include "rank_correlation_test.moc"
