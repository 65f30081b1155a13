// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/category_groups.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "core/evaluation/errors/pose_accuracy.h"
#include "core/studies/direct_estimator.h"
#include "core/studies/infer.h"

namespace alidade {
namespace {

/// Whether one of the words of a dataset's name is "test": "tabletop-test", "REAL275 test".
bool names_a_test_split(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t at = name.find("test"); at != std::string::npos; at = name.find("test", at + 1)) {
    const bool begins = at == 0 || !is_letter(name[at - 1]);
    const bool ends = at + 4 == name.size() || !is_letter(name[at + 4]);
    if (begins && ends) {
      return true;
    }
  }
  return false;
}

}  // namespace

Expected<CategoryDifficulty> category_difficulty(const PoseResult& result) {
  if (names_a_test_split(result.provenance.dataset)) {
    return Error{ErrorCode::kInput,
                 result.provenance.dataset +
                     " is a test split; groups are chosen on validation frames, estimate those."};
  }
  CategoryDifficulty out;
  for (const AccuracyRow& row : accuracy_table(result)) {
    if (row.category != "all") {
      out.categories.push_back(row.category);
      out.difficulty.push_back(1.0 - row.acc_5deg_2cm);
    }
  }
  if (out.categories.empty()) {
    return Error{ErrorCode::kInput, "the result has no estimates; give one on validation frames."};
  }
  return out;
}

std::string group_sections(const std::vector<std::string>& categories, const std::vector<int>& groups,
                           const std::vector<BranchCapacity>& capacities) {
  std::string text;
  for (std::size_t g = 0; g < capacities.size(); ++g) {
    std::string names;
    for (std::size_t i = 0; i < categories.size(); ++i) {
      if (groups[i] == static_cast<int>(g)) {
        names += (names.empty() ? "" : ", ") + categories[i];
      }
    }
    if (!names.empty()) {
      text += "[[group]]\ncategories = \"" + names + "\"\ncapacity = \"" +
              (capacities[g] == BranchCapacity::kHigh ? "high" : "low") + "\"\n\n";
    }
  }
  return text;
}

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
