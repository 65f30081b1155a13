// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <QString>

#include "core/contention/branch_costs.h"
#include "core/results/branch_accuracy.h"
#include "views/contention/contention_model.h"

namespace alidade {

/// Accuracy of categories (rows) through branches (columns), as it is painted.
struct BranchSheet {
  std::shared_ptr<const BranchAccuracy> accuracy;
  BranchCosts costs;
  std::vector<int> order;  ///< place -> category
  double span = 100.0;     ///< percent at the upper end of the scale, which begins at 0
  QString title;           ///< empty for none
  QString summary;

  std::size_t count() const { return order.size(); }
  std::size_t category(std::size_t place) const { return static_cast<std::size_t>(order[place]); }
};

/// What a sheet is made of.
struct BranchQuestion {
  std::shared_ptr<const BranchAccuracy> a, b;  ///< either may be null
  QString name_a, name_b;
  ContentionChoice choice;  ///< of it, the order and which of A and B
  bool title = true;
};

/// Why the question has no sheet; empty when it has.
QString branchProblem(const BranchQuestion& question);

/// The sheet that is asked for; null where there is a problem. A and B have the same scale.
std::shared_ptr<const BranchSheet> makeBranchSheet(const BranchQuestion& question);

/// "61.1 %", or a dash.
QString accuracyText(double percent);

}  // namespace alidade
