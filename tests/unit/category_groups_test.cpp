// SPDX-License-Identifier: BSD-3-Clause
// Groups of categories from the accuracies of a result.
#include <QtTest>

#include "core/studies/plain/category_groups.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// `right` of four objects of each category are within 5 degrees and 2 cm.
PoseResult result_with(const std::vector<std::pair<std::string, int>>& right) {
  PoseResult result;
  for (const auto& [category, good] : right) {
    for (int i = 0; i < 4; ++i) {
      PoseEstimate& estimate = result.estimates.emplace_back();
      estimate.category = category;
      estimate.error.rotation_reduced = i < good ? 0.01 : 1.0;
      estimate.error.translation = 0.001;
    }
  }
  return result;
}

}  // namespace

class CategoryGroupsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void difficultyIsWhatIsMissing() {
    const auto found = category_difficulty(result_with({{"mug", 1}, {"can", 4}}), "tabletop-val");
    QVERIFY(found);
    QCOMPARE(found->categories, (std::vector<std::string>{"mug", "can"}));
    QCOMPARE(found->difficulty, (std::vector<double>{0.75, 0.0}));
  }

  void testSplitsAreRefused() {
    const PoseResult result = result_with({{"mug", 1}});
    for (const char* name : {"tabletop-test", "test", "REAL275 test", "real_test"}) {
      const auto refused = category_difficulty(result, name);
      QVERIFY2(!refused, name);
      QVERIFY(refused.error().message.find(name) != std::string::npos);
    }
    QVERIFY(category_difficulty(result, "latest-val"));  // the word, not its letters
    QVERIFY(!category_difficulty(PoseResult{}, "val"));
  }

  /// Groups that no draw can change agree with themselves; those of equal categories are chance.
  void stabilityIsThatOfTheDraws() {
    const auto sure = group_stability(result_with({{"mug", 4}, {"can", 0}, {"box", 0}, {"cup", 4}}), 2, 5, 1);
    QVERIFY(sure);
    QCOMPARE(*sure, 1.0);
    const PoseResult even =
        result_with({{"mug", 2}, {"can", 2}, {"box", 2}, {"cup", 2}, {"pan", 2}, {"tin", 2}});
    const auto chance = group_stability(even, 3, 200, 1);
    QVERIFY(chance && *chance < 0.3 && *chance > -0.2);
    QCOMPARE(*group_stability(even, 3, 200, 1), *chance);
    QVERIFY(!group_stability(even, 3, 1, 1));
    QVERIFY(!group_stability(even, 7, 5, 1));
    QVERIFY(!group_stability(PoseResult{}, 1, 5, 1));
  }

  void sectionsAreThoseOfARecipe() {
    QCOMPARE(group_sections({"can", "mug", "box"}, {0, 1, 0}, {BranchCapacity::kHigh, BranchCapacity::kLow}),
             std::string("[[group]]\ncategories = \"can, box\"\ncapacity = \"high\"\n\n"
                         "[[group]]\ncategories = \"mug\"\ncapacity = \"low\"\n\n"));
  }
};

ALIDADE_TEST(CategoryGroupsTest)

#include "category_groups_test.moc"
