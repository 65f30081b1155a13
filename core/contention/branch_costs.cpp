// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/branch_costs.h"

#include <cmath>

#include "core/contention/gram_statistics.h"

namespace alidade {

BranchCosts branch_costs(const BranchAccuracy& accuracy) {
  BranchCosts costs;
  std::vector<double> own, other;
  for (std::size_t category = 0; category < accuracy.categories.size(); ++category) {
    const auto routed = static_cast<std::size_t>(accuracy.own[category]);
    std::vector<double> others;
    for (std::size_t branch = 0; branch < accuracy.branches.size(); ++branch) {
      if (branch != routed) {
        others.push_back(accuracy.at(category, branch));
      }
    }
    costs.own.push_back(accuracy.at(category, routed));
    costs.other.push_back(defined_mean(others));
    if (std::isfinite(costs.own.back()) && std::isfinite(costs.other.back())) {
      own.push_back(costs.own.back());
      other.push_back(costs.other.back());
    }
  }
  costs.mean_own = defined_mean(own);
  costs.mean_other = defined_mean(other);
  return costs;
}

Table branch_table(const BranchAccuracy& accuracy) {
  const BranchCosts costs = branch_costs(accuracy);
  const auto cell = [](double value) { return std::isfinite(value) ? Table::Cell(value) : Table::Cell(); };
  Table table;
  table.columns = {"category", "own branch", "objects"};
  for (const std::string& branch : accuracy.branches) {
    table.columns.push_back(branch + ": 5\u00b02cm (%)");
  }
  table.columns.push_back("wrong label (points)");
  for (std::size_t i = 0; i < accuracy.categories.size(); ++i) {
    std::vector<Table::Cell> row{accuracy.categories[i],
                                 accuracy.branches[static_cast<std::size_t>(accuracy.own[i])],
                                 static_cast<double>(accuracy.objects[i])};
    for (std::size_t branch = 0; branch < accuracy.branches.size(); ++branch) {
      row.push_back(cell(accuracy.at(i, branch)));
    }
    row.push_back(cell(costs.other[i] - costs.own[i]));
    table.rows.push_back(std::move(row));
  }
  table.look.names = 2;
  table.look.columns.assign(table.columns.size(), {TableLook::Role::kValue, 1});
  table.look.columns[2].decimals = 0;
  return table;
}

}  // namespace alidade
