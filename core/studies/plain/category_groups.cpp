// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/category_groups.h"

#include <map>
#include <utility>

#include "core/base/random.h"
#include "core/contention/group_quality.h"
#include "core/evaluation/errors/pose_accuracy.h"

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

Expected<CategoryDifficulty> difficulty_of(const PoseResult& result) {
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

/// The categories and errors of a result: all that its difficulties follow from.
PoseResult errors_alone(const PoseResult& result) {
  PoseResult light;
  for (const PoseEstimate& estimate : result.estimates) {
    PoseEstimate& kept = light.estimates.emplace_back();
    kept.category = estimate.category;
    kept.error = estimate.error;
  }
  return light;
}

/// In every place another object of its category, or the same: categories keep their order and their counts.
PoseResult drawn_anew(const PoseResult& result, Random& random) {
  std::map<std::string, std::vector<const PoseEstimate*>> members;
  for (const PoseEstimate& estimate : result.estimates) {
    members[estimate.category].push_back(&estimate);
  }
  PoseResult drawn = result;
  for (PoseEstimate& estimate : drawn.estimates) {
    const auto& own = members[estimate.category];
    estimate.error = own[random.index(static_cast<std::uint32_t>(own.size()))]->error;
  }
  return drawn;
}

}  // namespace

Expected<CategoryDifficulty> category_difficulty(const PoseResult& result, const std::string& dataset) {
  if (names_a_test_split(dataset)) {
    return Error{ErrorCode::kInput,
                 dataset + " is a test split; groups are chosen on validation frames, estimate those."};
  }
  return difficulty_of(result);
}

Expected<double> group_stability(const PoseResult& result, int groups, int draws, std::uint64_t seed) {
  if (draws < 2) {
    return usage_error("the stability of groups needs two draws at least.");
  }
  const PoseResult light = errors_alone(result);
  Random random(seed);
  std::vector<std::vector<int>> assignments;
  for (int draw = 0; draw < draws; ++draw) {
    const auto found = difficulty_of(drawn_anew(light, random));
    if (!found) {
      return found.error();
    }
    auto cut = quantile_groups(found->categories, found->difficulty, groups);
    if (!cut) {
      return cut.error();
    }
    assignments.push_back(std::move(cut->groups));
  }
  return mean_adjusted_rand(assignments);
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

}  // namespace alidade
