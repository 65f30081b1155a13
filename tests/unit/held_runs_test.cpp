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

  void aRunIsRenamedAndKeepsItsColor() {
    HeldRuns runs;
    const RunId one = runs.add("one", heldResult(1)), two = runs.add("two", heldResult(2));
    QCOMPARE(runs.find(one)->style, 0);
    QCOMPARE(runs.find(two)->style, 1);
    runs.rename(two, "one");
    QCOMPARE(heldNames(runs), (QStringList{"one", "one (2)"}));
    runs.rename(two, "one (2)");  // its own name is free for itself
    QCOMPARE(heldNames(runs), (QStringList{"one", "one (2)"}));
    runs.remove(one);
    QCOMPARE(runs.find(two)->style, 1);
    QCOMPARE(runs.find(runs.add("three", heldResult(3)))->style, 0);
  }

  void aAndBDifferInHue() {
    HeldRuns runs;
    std::vector<RunId> ids;
    for (int i = 0; i < 6; ++i) {
      ids.push_back(runs.add("run " + std::to_string(i), heldResult(i)));
    }
    const auto hue = [&](RunId run) { return runs.find(run)->style % kRunHues; };
    QCOMPARE(hue(ids[0]), hue(ids[4]));
    runs.choose(Run::kA, ids[0]);
    runs.choose(Run::kB, ids[1]);
    QCOMPARE(runs.find(ids[0])->style, 0);
    QCOMPARE(runs.find(ids[1])->style, 1);
    // Chosen into the hue of A: it gets another, that no run has.
    runs.choose(Run::kB, ids[4]);
    QVERIFY(hue(ids[4]) != hue(ids[0]));
    for (const RunId other : ids) {
      QVERIFY(other == ids[4] || runs.find(other)->style != runs.find(ids[4])->style);
    }
    // What comes then has neither's hue: it may become A or B.
    const RunId next = runs.add("next", heldResult(99));
    QVERIFY(hue(next) != hue(ids[0]) && hue(next) != hue(ids[4]));
    // A style that the user chose stays; the other one yields, if it may.
    const auto styled = [](int style) {
      return [style](HeldRuns::Entry& entry) {
        entry.style = style;
        entry.styled = true;
      };
    };
    runs.edit(ids[2], styled(4));
    runs.choose(Run::kB, ids[2]);
    QCOMPARE(runs.find(ids[2])->style, 4);
    QVERIFY(hue(ids[0]) != hue(ids[2]));
    runs.edit(ids[3], styled(8));
    runs.choose(Run::kA, ids[3]);
    QCOMPARE(runs.find(ids[3])->style, 8);
    QCOMPARE(runs.find(ids[2])->style, 4);
  }

  void aRemovedRunIsPutBackAtItsPlace() {
    HeldRuns runs;
    const RunId one = runs.add("one", heldResult(1));
    const RunId two = runs.add("two", heldResult(2));
    runs.add("three", heldResult(3));
    const HeldRuns::Entry removed = *runs.find(two);
    runs.remove(two);
    runs.add("two", heldResult(4));
    runs.put_back(removed, 1);
    QCOMPARE(heldNames(runs), (QStringList{"one", "two (2)", "three", "two"}));
    QCOMPARE(*runs.get<int>(two), 2);
    runs.put_back(removed, 0);  // is there already
    QCOMPARE(runs.all().size(), std::size_t{4});
    QCOMPARE(runs.place_of(one), std::size_t{0});
  }

  void choicesTellWhoMadeThem() {
    HeldRuns runs;
    const RunId one = runs.add("one", heldResult(1));
    QVERIFY(!runs.chosen_by_user<int>(Run::kB));
    runs.choose(Run::kB, one, false);
    QVERIFY(!runs.chosen_by_user<int>(Run::kB));
    runs.choose(Run::kB, one);
    QVERIFY(runs.chosen_by_user<int>(Run::kB));
    runs.remove(one);
    QVERIFY(!runs.chosen_by_user<int>(Run::kB));
  }

  void aDatasetBringsItsRunsBack() {
    HeldRuns runs;
    const RunId poses = runs.add("poses", heldResult(1));
    const RunId history = runs.add("history", heldResult(std::string("kept")), false);
    runs.choose(Run::kA, poses);
    runs.choose(Run::kA, history);
    const HeldRuns before = runs;
    runs.remove_of_dataset();
    runs.remove(history);
    runs.take_from(before);
    QCOMPARE(heldNames(runs), QStringList{"poses"});
    QCOMPARE(*runs.chosen<int>(Run::kA), 1);
    QVERIFY(!runs.chosen<std::string>(Run::kA));
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
