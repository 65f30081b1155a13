// SPDX-License-Identifier: BSD-3-Clause
#include "core/sweep/dominance.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace alidade {
namespace {

/// Finite points by rising cost, the most worth first among equals.
std::vector<std::size_t> by_cost(std::span<const double> costs, std::span<const double> values) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    if (std::isfinite(costs[i]) && std::isfinite(values[i])) {
      places.push_back(i);
    }
  }
  std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return costs[a] != costs[b] ? costs[a] < costs[b] : values[a] > values[b];
  });
  return places;
}

}  // namespace

std::vector<bool> undominated(std::span<const double> costs, std::span<const double> values) {
  std::vector<bool> passes(costs.size(), false);
  double best = -std::numeric_limits<double>::infinity(), its_cost = best;
  for (const std::size_t i : by_cost(costs, values)) {
    // All before cost less or the same: only one that is worth more stands, or an equal one.
    if (values[i] > best) {
      passes[i] = true;
      best = values[i];
      its_cost = costs[i];
    } else {
      passes[i] = values[i] == best && costs[i] == its_cost;
    }
  }
  return passes;
}

std::vector<std::size_t> frontier(std::span<const double> costs, std::span<const double> values) {
  const std::vector<bool> passes = undominated(costs, values);
  std::vector<std::size_t> places;
  for (const std::size_t i : by_cost(costs, values)) {
    const bool again = !places.empty() && costs[places.back()] == costs[i];
    if (passes[i] && !again) {
      places.push_back(i);
    }
  }
  return places;
}

}  // namespace alidade
