// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/branch_accuracy.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "core/evaluation/errors/pose_accuracy.h"
#include "core/studies/direct_estimator.h"
#include "core/studies/infer.h"

namespace alidade {

Expected<Table> branch_accuracy(const Dataset& dataset, const std::shared_ptr<DirectModel>& model,
                                const std::vector<std::size_t>& frames, std::uint64_t seed,
                                const JobContext& job) {
  const std::vector<std::string> categories = dataset.categories();
  const ModelRouting routing = model->routing(categories);
  if (routing.names.size() < 2) {
    return Error{ErrorCode::kInput, "the network routes nothing; give one with several branches."};
  }
  Table table;
  table.columns = {"category", "own branch"};
  std::vector<std::map<std::string, double>> accuracy;
  for (std::size_t branch = 0; branch < routing.names.size(); ++branch) {
    const auto member = std::find(routing.branch.begin(), routing.branch.end(), static_cast<int>(branch));
    if (member == routing.branch.end()) {
      continue;
    }
    DirectEstimator estimator(model, {seed, categories[member - routing.branch.begin()]});
    const auto result = infer_poses(dataset, estimator, frames, job);
    if (!result) {
      return result.error();
    }
    table.columns.push_back(routing.names[branch] + ": 5°2cm (%)");
    auto& column = accuracy.emplace_back();
    for (const AccuracyRow& row : accuracy_table(**result)) {
      column[row.category] = 100.0 * row.acc_5deg_2cm;
    }
  }
  for (std::size_t i = 0; i < categories.size(); ++i) {
    std::vector<Table::Cell> row{categories[i], routing.names[static_cast<std::size_t>(routing.branch[i])]};
    for (const auto& column : accuracy) {
      const auto found = column.find(categories[i]);
      row.push_back(found == column.end() ? Table::Cell() : Table::Cell(found->second));
    }
    table.rows.push_back(std::move(row));
  }
  table.look.names = 2;
  table.look.columns.assign(table.columns.size(), {TableLook::Role::kValue, 1});
  return table;
}

}  // namespace alidade
