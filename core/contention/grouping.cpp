// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/grouping.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/random.h"
#include "core/contention/clusters.h"
#include "core/contention/gram_statistics.h"

namespace alidade {
namespace {

/// Means of equal numbers differ in their last digits.
constexpr double kTie = 1e-12;

Expected<void> check_count(std::size_t rows, int groups) {
  if (groups < 1 || static_cast<std::size_t>(groups) > rows) {
    return usage_error(std::to_string(groups) + " groups of " + std::to_string(rows) +
                       " categories cannot all have a member; ask for 1 to " + std::to_string(rows) +
                       " groups.");
  }
  return {};
}

std::vector<std::size_t> quantile_boundaries(std::size_t rows, int groups) {
  std::vector<std::size_t> boundaries;
  for (int g = 0; g <= groups; ++g) {
    boundaries.push_back(static_cast<std::size_t>(g) * rows / static_cast<std::size_t>(groups));
  }
  return boundaries;
}

std::vector<int> fill_groups(const std::vector<std::size_t>& order,
                             const std::vector<std::size_t>& boundaries) {
  std::vector<int> groups(order.size());
  for (std::size_t g = 0; g + 1 < boundaries.size(); ++g) {
    for (std::size_t i = boundaries[g]; i < boundaries[g + 1]; ++i) {
      groups[order[i]] = static_cast<int>(g);
    }
  }
  return groups;
}

std::vector<std::size_t> rows_in_order(std::size_t rows) {
  std::vector<std::size_t> order(rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

Expected<std::vector<int>> linked_groups(std::size_t rows, std::span<const double> distances, int groups,
                                         double neutral) {
  if (auto checked = check_count(rows, groups); !checked) {
    return checked.error();
  }
  return cut_clusters(average_linkage(distances, rows, neutral), rows, groups);
}

}  // namespace

Expected<QuantileGroups> quantile_groups(std::span<const std::string> names,
                                         std::span<const double> difficulty, int groups) {
  if (auto checked = check_count(names.size(), groups); !checked) {
    return checked.error();
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i >= difficulty.size() || !std::isfinite(difficulty[i])) {
      return usage_error("the difficulty of the category \"" + names[i] +
                         "\" is not known; give one for every category.");
    }
  }
  QuantileGroups result;
  result.order = rows_in_order(names.size());
  std::stable_sort(result.order.begin(), result.order.end(),
                   [&](std::size_t a, std::size_t b) { return difficulty[a] < difficulty[b]; });
  result.boundaries = quantile_boundaries(names.size(), groups);
  result.groups = fill_groups(result.order, result.boundaries);
  return result;
}

Expected<RefinedGroups> refine_boundaries(const QuantileGroups& quantiles,
                                          std::span<const PilotScores> pilots, LastMember last) {
  const auto boundaries = static_cast<std::size_t>(quantiles.count() - 1);
  const bool finite = std::all_of(pilots.begin(), pilots.end(), [](const PilotScores& scores) {
    return std::isfinite(scores.current) && std::isfinite(scores.harder);
  });
  if (pilots.size() != boundaries || !finite) {
    return usage_error("refinement needs two scores for each of the " + std::to_string(boundaries) +
                       " boundaries between groups, found " + std::to_string(pilots.size()) +
                       (finite ? "" : " with scores that are no numbers") + "; run the pilot trainings.");
  }
  RefinedGroups refined{quantiles.groups, {}};
  for (std::size_t g = 0; g < pilots.size(); ++g) {
    const int group = static_cast<int>(g);
    const std::size_t row = quantiles.boundary_row(group);
    const bool wants = pilots[g].harder > pilots[g].current;
    const bool only = std::count(refined.groups.begin(), refined.groups.end(), group) == 1;
    const bool kept = wants && only && last == LastMember::kStays;
    refined.steps.push_back({group, row, wants, kept});
    if (wants && !kept) {
      refined.groups[row] = group + 1;
    }
  }
  return refined;
}

std::vector<std::optional<double>> mean_difficulties(std::span<const int> groups, int count,
                                                     std::span<const double> difficulty) {
  std::vector<std::optional<double>> means;
  for (int g = 0; g < count; ++g) {
    double sum = 0.0, members = 0.0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      sum += groups[i] == g ? difficulty[i] : 0.0;
      members += groups[i] == g ? 1.0 : 0.0;
    }
    means.push_back(members > 0.0 ? std::optional(sum / members) : std::nullopt);
  }
  return means;
}

std::vector<std::optional<BranchCapacity>> branch_capacities(std::span<const int> groups, int count,
                                                             std::span<const double> difficulty) {
  const double median = defined_median(difficulty);
  std::vector<std::optional<BranchCapacity>> capacities;
  for (const auto& mean : mean_difficulties(groups, count, difficulty)) {
    const bool high = count == 1 || (mean && *mean <= median + kTie);
    capacities.push_back(mean ? std::optional(high ? BranchCapacity::kHigh : BranchCapacity::kLow)
                              : std::nullopt);
  }
  return capacities;
}

Expected<std::vector<int>> random_groups(std::span<const std::string> names, int groups, std::uint64_t seed) {
  if (auto checked = check_count(names.size(), groups); !checked) {
    return checked.error();
  }
  Random random(seed);
  auto order = rows_in_order(names.size());
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random.index(static_cast<std::uint32_t>(i))]);
  }
  return fill_groups(order, quantile_boundaries(names.size(), groups));
}

Expected<std::vector<int>> named_groups(std::span<const std::string> names,
                                        std::span<const std::vector<std::string>> lists) {
  std::vector<int> groups(names.size(), -1);
  for (std::size_t g = 0; g < lists.size(); ++g) {
    for (const std::string& name : lists[g]) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) {
        return usage_error("group " + std::to_string(g + 1) + " names \"" + shortened(name, 40) +
                           "\", which is no category here; correct the name.");
      }
      int& group = groups[static_cast<std::size_t>(found - names.begin())];
      if (group >= 0) {
        return usage_error("the category \"" + name + "\" is listed twice; list it in one group.");
      }
      group = static_cast<int>(g);
    }
  }
  if (auto checked = check_groups(names, groups, static_cast<int>(lists.size())); !checked) {
    return checked.error();
  }
  return groups;
}

Expected<void> check_groups(std::span<const std::string> names, std::span<const int> groups, int count) {
  if (auto checked = check_count(names.size(), count); !checked) {
    return checked;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i >= groups.size() || groups[i] < 0 || groups[i] >= count) {
      return usage_error("the category \"" + names[i] + "\" has no route; put it into one of the " +
                         std::to_string(count) + " groups.");
    }
  }
  for (int g = 0; g < count; ++g) {
    if (std::find(groups.begin(), groups.end(), g) == groups.end()) {
      return usage_error("group " + std::to_string(g + 1) + " has no category; leave it out or give it one.");
    }
  }
  return {};
}

Expected<std::vector<int>> gradient_groups(std::span<const std::string> names,
                                           std::span<const double> cosines, int groups) {
  return linked_groups(names.size(), cosine_distances(cosines), groups, kNeutralCosineDistance);
}

Expected<std::vector<int>> effect_groups(std::span<const std::string> names, std::span<const double> changes,
                                         int groups) {
  const std::size_t rows = names.size();
  std::vector<double> distances(rows * rows);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < rows; ++j) {
      distances[i * rows + j] = defined_mean(std::vector{changes[i * rows + j], changes[j * rows + i]});
    }
  }
  return linked_groups(rows, distances, groups, 0.0);
}

}  // namespace alidade
