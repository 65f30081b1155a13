// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/table.h"
#include "core/results/branch_accuracy.h"

namespace alidade {

/// What wrong labels of a detector cost, in percent; NaN = undefined, and left out of every mean.
struct BranchCosts {
  std::vector<double> own;      ///< [category] accuracy through its own branch
  std::vector<double> other;    ///< [category] mean accuracy through all others
  double mean_own, mean_other;  ///< over the categories that have both
};

BranchCosts branch_costs(const BranchAccuracy& accuracy);

/// One row per category: its own branch, its objects, the accuracy through every branch, and what a wrong
/// label costs: the mean of the other branches minus the own one, in points.
Table branch_table(const BranchAccuracy& accuracy);

}  // namespace alidade
