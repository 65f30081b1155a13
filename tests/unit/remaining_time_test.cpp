// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QtTest>

#include "core/base/remaining_time.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class RemainingTimeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aSteadyPhaseIsEstimatedExactly() {
    RemainingTime remaining;
    QVERIFY(!remaining.after({"a", 0, 100}, 5.0));
    for (int i = 1; i <= 100; ++i) {
      const auto left = remaining.after({"a", i, 100}, 5.0 + 0.7 * i);
      QVERIFY(left && std::abs(*left - 0.7 * (100 - i)) < 1e-9);
    }
  }

  // Joint training begins at the count where pre-training ended, and is slower.
  void whatWasDoneBeforeThePhaseDoesNotCount() {
    RemainingTime remaining;
    for (int i = 1; i <= 750; ++i) {
      remaining.after({"pre-training", i, 3000}, 0.05 * i);
    }
    const double begin = 0.05 * 750;
    QVERIFY(!remaining.after({"joint training", 751, 3000}, begin));
    const auto left = remaining.after({"joint training", 829, 3000}, begin + 78 * 0.11);
    QVERIFY(left && std::abs(*left - (3000 - 829) * 0.11) < 1e-9);
  }

  // A resumed run first reports the step that it continues from.
  void aResumedRunStartsInTheMiddle() {
    RemainingTime remaining;
    QVERIFY(!remaining.after({"a", 2001, 3000}, 0.0));
    const auto left = remaining.after({"a", 2011, 3000}, 10.0);
    QVERIFY(left && std::abs(*left - 989.0) < 1e-9);
  }

  void aCountThatGoesBackBeginsAnew() {
    RemainingTime remaining;
    remaining.after({"a", 1, 10}, 0.0);
    QVERIFY(remaining.after({"a", 9, 10}, 4.0));
    QVERIFY(!remaining.after({"a", 1, 10}, 5.0));
    QVERIFY(std::abs(*remaining.after({"a", 2, 10}, 7.0) - 16.0) < 1e-9);
    QVERIFY(!remaining.after({"a", 2, 20}, 8.0));
  }

  void unknownWorkHasNoEstimate() {
    RemainingTime remaining;
    QVERIFY(!remaining.after({"a", 0, 0}, 0.0));
    QVERIFY(!remaining.after({"a", 5, 0}, 9.0));
    QVERIFY(!remaining.after({"b", 5, 10}, 9.0));
    QVERIFY(!remaining.after({"b", 6, 10}, 9.1));  // too early to say
    QCOMPARE(*remaining.after({"b", 12, 10}, 12.0), 0.0);
  }
};

ALIDADE_TEST(RemainingTimeTest)
#include "remaining_time_test.moc"
