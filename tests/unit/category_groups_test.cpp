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

  void sectionsAreThoseOfARecipe() {
    QCOMPARE(group_sections({"can", "mug", "box"}, {0, 1, 0}, {BranchCapacity::kHigh, BranchCapacity::kLow}),
             std::string("[[group]]\ncategories = \"can, box\"\ncapacity = \"high\"\n\n"
                         "[[group]]\ncategories = \"mug\"\ncapacity = \"low\"\n\n"));
  }
};

ALIDADE_TEST(CategoryGroupsTest)

#include "category_groups_test.moc"
