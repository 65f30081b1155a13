// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/group_quality.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "core/contention/gram_statistics.h"

namespace alidade {
namespace {

constexpr double kNoQuality = std::numeric_limits<double>::quiet_NaN();

/// Mean cosine of the pairs that are inside a group, or of those that are not.
double mean_of_pairs(std::span<const double> cosines, std::span<const int> groups, bool inside) {
  std::vector<double> values;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t j = i + 1; j < groups.size(); ++j) {
      if ((groups[i] == groups[j]) == inside) {
        values.push_back(cosines[i * groups.size() + j]);
      }
    }
  }
  return defined_mean(values);
}

/// Rousseeuw 1987: (b - a) / max(a, b), a = mean distance to the own group, b = to the nearest other one.
double silhouette_of(std::span<const double> cosines, std::span<const int> groups, std::size_t row) {
  if (std::count(groups.begin(), groups.end(), groups[row]) == 1) {
    return 0.0;
  }
  std::map<int, std::vector<double>> distances;
  for (std::size_t j = 0; j < groups.size(); ++j) {
    if (j != row) {
      distances[groups[j]].push_back(1.0 - cosines[row * groups.size() + j]);
    }
  }
  const double own = defined_mean(distances[groups[row]]);
  double nearest = kNoQuality;
  for (const auto& [group, list] : distances) {
    const double mean = defined_mean(list);
    if (group != groups[row] && std::isfinite(mean) && !(nearest <= mean)) {
      nearest = mean;
    }
  }
  const double scale = std::max(own, nearest);
  return scale > 0.0 ? (nearest - own) / scale : nearest - own;
}

double pairs_of(double count) {
  return 0.5 * count * (count - 1.0);
}

/// Pairs of rows that an assignment puts together.
template <class Label>
double pairs_together(const std::vector<Label>& labels) {
  std::map<Label, double> sizes;
  for (const Label& label : labels) {
    sizes[label] += 1.0;
  }
  double pairs = 0.0;
  for (const auto& [label, size] : sizes) {
    pairs += pairs_of(size);
  }
  return pairs;
}

PartGram restricted(const PartGram& gram, std::span<const int> groups) {
  PartGram inside = gram;
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = 0; j < gram.rows; ++j) {
      if (groups[i] != groups[j]) {
        inside.shared[i * gram.rows + j] = 0;
      }
    }
  }
  return inside;
}

}  // namespace

GroupQuality group_quality(std::span<const double> cosines, std::span<const int> groups) {
  GroupQuality quality{};
  quality.within = mean_of_pairs(cosines, groups, true);
  quality.between = mean_of_pairs(cosines, groups, false);
  quality.difference = quality.within - quality.between;
  for (std::size_t row = 0; row < groups.size(); ++row) {
    quality.silhouettes.push_back(silhouette_of(cosines, groups, row));
  }
  quality.silhouette = defined_mean(quality.silhouettes);
  return quality;
}

double adjusted_rand(std::span<const int> a, std::span<const int> b) {
  if (a.size() != b.size() || a.size() < 2) {
    return kNoQuality;
  }
  std::vector<std::pair<int, int>> both;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both.emplace_back(a[i], b[i]);
  }
  const double of_a = pairs_together(std::vector<int>(a.begin(), a.end()));
  const double of_b = pairs_together(std::vector<int>(b.begin(), b.end()));
  const double expected = of_a * of_b / pairs_of(static_cast<double>(a.size()));
  const double most = 0.5 * (of_a + of_b);
  return most == expected ? 1.0 : (pairs_together(both) - expected) / (most - expected);
}

double mean_adjusted_rand(std::span<const std::vector<int>> assignments) {
  std::vector<double> values;
  for (std::size_t i = 0; i < assignments.size(); ++i) {
    for (std::size_t j = i + 1; j < assignments.size(); ++j) {
      values.push_back(adjusted_rand(assignments[i], assignments[j]));
    }
  }
  return defined_mean(values);
}

WhatIf what_if(const PartGram& gram, std::span<const int> groups, std::int64_t branch_size) {
  const auto cosines = cosines_of(gram);
  WhatIf answer{};
  answer.within = mean_of_pairs(cosines, groups, true);
  answer.between = mean_of_pairs(cosines, groups, false);
  answer.negative_transfer = gram_statistics(restricted(gram, groups), {}).negative_transfer;
  answer.mean_negative_transfer = defined_mean(answer.negative_transfer);
  const auto count = static_cast<std::int64_t>(std::set<int>(groups.begin(), groups.end()).size());
  answer.added_parameters = std::max<std::int64_t>(count - 1, 0) * branch_size;
  return answer;
}

WithinPairs within_pairs(std::span<const double> before, std::span<const double> after,
                         std::span<const int> groups) {
  WithinPairs result{};
  std::vector<double> first, second;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t j = i + 1; j < groups.size(); ++j) {
      const double a = before[i * groups.size() + j], b = after[i * groups.size() + j];
      if (groups[i] == groups[j] && std::isfinite(a) && std::isfinite(b)) {
        result.pairs.push_back({i, j, a, b});
        first.push_back(a);
        second.push_back(b);
      }
    }
  }
  result.before = defined_mean(first);
  result.after = defined_mean(second);
  return result;
}

}  // namespace alidade
