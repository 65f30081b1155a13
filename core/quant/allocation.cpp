// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/allocation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace alidade {
namespace {

constexpr std::size_t kMostOptions = 255;
constexpr std::int64_t kMostCost = std::int64_t{1} << 52;  // sums of a thousand items stay far from overflow

/// The cheapest option of an item; among equal ones that of least loss. All count, or only allowed ones.
std::size_t cheapest_option(const AllocationItem& item, bool only_allowed) {
  std::size_t best = item.options.size();
  for (std::size_t i = 0; i < item.options.size(); ++i) {
    const WidthOption& option = item.options[i];
    if (only_allowed && !option.allowed) {
      continue;
    }
    if (best == item.options.size() || option.cost < item.options[best].cost ||
        (option.cost == item.options[best].cost && option.loss < item.options[best].loss)) {
      best = i;
    }
  }
  return best;
}

/// What the limits of an item add to the cheapest assignment.
std::int64_t cost_of_limits(const AllocationItem& item) {
  return item.options[cheapest_option(item, true)].cost - item.options[cheapest_option(item, false)].cost;
}

/// ": without limits ..., head (+120 bits) and ..." or that no limit is to blame.
std::string blamed_limits(const AllocationProblem& problem) {
  std::vector<std::pair<std::int64_t, std::string>> limits;
  std::int64_t sum = 0;
  for (const AllocationItem& item : problem.items) {
    if (const std::int64_t extra = cost_of_limits(item); extra > 0) {
      limits.emplace_back(extra, item.name);
      sum += extra;
    }
  }
  if (limits.empty()) {
    return "no pin is in the way";
  }
  std::stable_sort(limits.begin(), limits.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text = "without the limits of ";
  constexpr std::size_t kMostNamed = 5;
  for (std::size_t i = 0; i < limits.size() && i < kMostNamed; ++i) {
    text += (i == 0 ? "" : ", ") + limits[i].second + " (+" + std::to_string(limits[i].first) + ")";
  }
  text += limits.size() > kMostNamed ? " and " + std::to_string(limits.size() - kMostNamed) + " more" : "";
  return text + " it would take " + std::to_string(cheapest_allocation(problem).cost - sum);
}

}  // namespace

Expected<void> check_problem(const AllocationProblem& problem) {
  if (problem.items.empty()) {
    return usage_error("There is nothing to allocate bits to; give at least one module.");
  }
  for (const AllocationItem& item : problem.items) {
    if (item.options.size() > kMostOptions) {
      return usage_error(item.name + ": more than 255 widths to choose from.");
    }
    bool any = false;
    for (const WidthOption& option : item.options) {
      if (option.cost < 0 || option.cost > kMostCost || !std::isfinite(option.loss)) {
        return usage_error(item.name + ", width " + option.label +
                           ": its cost is negative or too large, or its loss is no finite number.");
      }
      any = any || option.allowed;
    }
    if (!any) {
      return usage_error(item.name + ": no width is allowed; allow at least one.");
    }
  }
  return {};
}

Allocation cheapest_allocation(const AllocationProblem& problem) {
  Allocation result;
  for (const AllocationItem& item : problem.items) {
    const std::size_t option = cheapest_option(item, true);
    result.options.push_back(option);
    result.cost += item.options[option].cost;
    result.loss += item.options[option].loss;
  }
  return result;
}

Expected<void> check_budget(const AllocationProblem& problem, std::int64_t budget) {
  const std::int64_t least = cheapest_allocation(problem).cost;
  if (budget >= least) {
    return {};
  }
  return usage_error("The budget is " + std::to_string(budget) + " " + problem.unit +
                     ", but the smallest assignment takes " + std::to_string(least) + "; " +
                     blamed_limits(problem) + ".");
}

}  // namespace alidade
