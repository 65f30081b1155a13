// SPDX-License-Identifier: BSD-3-Clause
#include <QtTest>

#include "core/session/held_runs.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

template <class Result>
std::shared_ptr<const Result> heldResult(Result value) {
  return std::make_shared<const Result>(value);
}

QStringList heldNames(const HeldRuns& runs) {
  QStringList all;
  for (const HeldRuns::Entry& entry : runs.all()) {
    all << QString::fromStdString(entry.name);
  }
  return all;
}

}  // namespace

class HeldRunsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void resultsOfAnyTypeAreHeld() {
    HeldRuns runs;
    const RunId number = runs.add("one", heldResult(1));
    const RunId text = runs.add("one", heldResult(std::string("text")));
    QCOMPARE(*runs.get<int>(number), 1);
    QCOMPARE(*runs.get<std::string>(text), std::string("text"));
    QVERIFY(!runs.get<std::string>(number) && !runs.get<int>(0) && !runs.get<int>(99));
    QCOMPARE(heldNames(runs), (QStringList{"one", "one"}));
  }

  void namesAreUniqueWithinAType() {
    HeldRuns runs;
    const auto first = heldResult(1);
    const RunId run = runs.add("demo", first);
    runs.add("demo", heldResult(2));
    runs.add("demo", heldResult(3));
    QCOMPARE(runs.add("other", first), run);  // held already
    QCOMPARE(heldNames(runs), (QStringList{"demo", "demo (2)", "demo (3)"}));
  }

  void choicesAreOfOneType() {
    HeldRuns runs;
    const RunId one = runs.add("one", heldResult(1)), two = runs.add("two", heldResult(2));
    const RunId text = runs.add("text", heldResult(std::string("text")));
    runs.choose(Run::kA, one);
    runs.choose(Run::kB, two);
    runs.choose(Run::kA, text);
    QCOMPARE(*runs.chosen<int>(Run::kA), 1);
    QCOMPARE(*runs.chosen<int>(Run::kB), 2);
    QCOMPARE(runs.chosen_run<std::string>(Run::kA), text);
    QVERIFY(!runs.chosen<std::string>(Run::kB) && !runs.chosen<double>(Run::kA));
    QVERIFY(runs.is_chosen(two));
    runs.remove(two);
    QVERIFY(!runs.chosen<int>(Run::kB) && !runs.is_chosen(two));
    runs.choose_none<int>(Run::kA);
    QVERIFY(!runs.chosen<int>(Run::kA) && runs.get<int>(one));
  }

  void oldestUnchosenGoFirst() {
    HeldRuns runs;
    const RunId oldest = runs.add("0", heldResult(0));
    for (int i = 1; i < 5; ++i) {
      runs.add(std::to_string(i), heldResult(i));
    }
    runs.add("text", heldResult(std::string("text")));
    runs.choose(Run::kB, oldest);
    runs.remove_oldest<int>(3);
    QCOMPARE(heldNames(runs), (QStringList{"0", "3", "4", "text"}));
    runs.remove_oldest<int>(0);
    QCOMPARE(heldNames(runs), (QStringList{"0", "text"}));
  }

  void whatIsOfTheDatasetGoesWithIt() {
    HeldRuns runs;
    runs.choose(Run::kA, runs.add("poses", heldResult(1)));
    runs.add("history", heldResult(std::string("kept")), false);
    runs.remove_of_dataset();
    QCOMPARE(heldNames(runs), QStringList{"history"});
    QVERIFY(!runs.chosen<int>(Run::kA));
  }
};

ALIDADE_TEST(HeldRunsTest)
#include "held_runs_test.moc"
