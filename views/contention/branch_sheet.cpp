// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/branch_sheet.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QCoreApplication>

#include "views/base/plot.h"

namespace alidade {
namespace {

QString ofBranches(const char* text) {
  return QCoreApplication::translate("Contention", text);
}

const std::shared_ptr<const BranchAccuracy>& shownOf(const BranchQuestion& question) {
  return question.a && (question.choice.shown != ContentionShown::kB || !question.b) ? question.a
                                                                                     : question.b;
}

/// The least round number that all values lie below.
double spanOf(const BranchQuestion& question) {
  double highest = 0.0;
  for (const auto& accuracy : {question.a, question.b}) {
    for (const double percent : accuracy ? accuracy->percent : std::vector<double>()) {
      highest = std::isfinite(percent) ? std::max(highest, percent) : highest;
    }
  }
  for (const double span : {10.0, 20.0, 50.0}) {
    if (highest > 0.0 && highest <= span) {
      return span;
    }
  }
  return 100.0;
}

std::vector<int> orderOfCategories(const BranchSheet& sheet, ContentionOrder order) {
  const BranchAccuracy& accuracy = *sheet.accuracy;
  std::vector<int> places(accuracy.categories.size());
  std::iota(places.begin(), places.end(), 0);
  const auto by = [&](const auto& key) {
    std::stable_sort(places.begin(), places.end(), [&](int a, int b) {
      return key(static_cast<std::size_t>(a)) < key(static_cast<std::size_t>(b));
    });
  };
  if (order == ContentionOrder::kName) {
    by([&](std::size_t i) { return accuracy.categories[i]; });
  } else if (order == ContentionOrder::kDifficulty) {
    // The easiest first, as in the heatmap; what is undefined last.
    by([&](std::size_t i) { return std::isfinite(sheet.costs.own[i]) ? -sheet.costs.own[i] : 1.0; });
  } else if (order == ContentionOrder::kGroup) {
    by([&](std::size_t i) { return accuracy.own[i]; });
  }
  return places;
}

}  // namespace

QString accuracyText(double percent) {
  return std::isfinite(percent) ? numberText(percent, 1) + QStringLiteral(" %") : QStringLiteral("\u2013");
}

QString branchProblem(const BranchQuestion& question) {
  if (!question.a && !question.b) {
    return ofBranches(
        "Open accuracies through branches: alidade infer --branches -o branches.json writes them.");
  }
  return question.choice.shown == ContentionShown::kDifference && question.a && question.b
             ? ofBranches("Branches of two networks are not the same: choose A or B.")
             : QString();
}

std::shared_ptr<const BranchSheet> makeBranchSheet(const BranchQuestion& question) {
  if (!branchProblem(question).isEmpty()) {
    return nullptr;
  }
  auto sheet = std::make_shared<BranchSheet>();
  sheet->accuracy = shownOf(question);
  sheet->costs = branch_costs(*sheet->accuracy);
  sheet->order = orderOfCategories(*sheet, question.choice.order);
  sheet->span = spanOf(question);
  sheet->summary = ofBranches("own branch, outlined: %1 \u00b7 through another one: %2")
                       .arg(accuracyText(sheet->costs.mean_own), accuracyText(sheet->costs.mean_other));
  if (question.title) {
    sheet->title = ofBranches("category \u00d7 branch \u00b7 within 5\u00b0 and 2 cm \u00b7 %1")
                       .arg(sheet->accuracy == question.a ? question.name_a : question.name_b);
  }
  return sheet;
}

}  // namespace alidade
