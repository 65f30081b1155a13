// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/papers/decompose/arms.h"
#include "core/papers/decompose/work.h"

namespace alidade::decompose {

/// The branches of a network: names of categories and "high" or "low", easiest first.
struct Branches {
  std::vector<std::vector<std::string>> groups;
  std::vector<std::string> capacities;
};

nlohmann::ordered_json to_json(const Branches& branches);
/// An Error (kInput) of `name` for what is none.
Expected<Branches> branches_from_json(const nlohmann::ordered_json& json, const std::string& name);

/// 1 - accuracy at 5 degrees 2 cm of each category, in the order of the set; an Error (kInput) names one that
/// was not measured.
Expected<std::vector<double>> difficulty_of(const Accuracy& accuracy, const StudySet& set);
/// The same of a step's result, which holds them by name.
Expected<std::vector<double>> difficulty_from_json(const nlohmann::ordered_json& json, const StudySet& set);

/// Groups by number, of each category of the set, as branches: capacities by letters ("HHL"), or by Eq. 13
/// where there are none.
Expected<Branches> branches_of(const StudySet& set, const std::vector<int>& groups, int count,
                               const std::string& capacities, const std::vector<double>& difficulty);

/// The branches of boundary pilot `index`: 0 = the quantile groups, g = with the category on boundary g moved
/// to the harder group. An Error (kUsage) as for quantile_groups.
Expected<Branches> pilot_branches(const StudySet& set, const std::vector<double>& difficulty, int groups,
                                  const std::string& capacities, int index);

/// The category on boundary g = 1 .. groups - 1 (Eq. 12).
Expected<std::string> boundary_category(const StudySet& set, const std::vector<double>& difficulty,
                                        int groups, int boundary);

/// What refinement made of the quantile groups, as the grouping step keeps it: branches, and each boundary
/// with its category, both scores and whether it moved. `scores` are accuracies of the boundaries'
/// categories, {in their own group, in the harder one}.
Expected<nlohmann::ordered_json> refined_json(const StudySet& set, const std::vector<double>& difficulty,
                                              int groups, const std::string& capacities,
                                              const std::vector<std::pair<double, double>>& scores);

}  // namespace alidade::decompose
