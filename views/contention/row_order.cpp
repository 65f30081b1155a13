// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/row_order.h"

#include <algorithm>
#include <numeric>

#include "core/contention/clusters.h"

namespace alidade {
namespace {

/// A list of all rows, each once.
bool isOrder(const std::vector<int>& order, std::size_t rows) {
  std::vector<int> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != static_cast<int>(i)) {
      return false;
    }
  }
  return sorted.size() == rows;
}

std::vector<int> clusterOrder(const SheetQuestion& question, ContentionNumbers& numbers) {
  const auto& history = leading(question);
  const auto parts = chosenParts(numbers.parts(history, question.choice.kind), question.choice);
  const std::size_t n = history->rows.size();
  const GramStatistics& statistics =
      numbers.statistics(history, parts.front(), nearestEpoch(*history, question.choice.epoch));
  const auto distances = cosine_distances(statistics.cosines);
  const auto merges = average_linkage(distances, n, kNeutralCosineDistance);
  std::vector<int> order;
  for (const std::size_t row : leaf_order(merges, distances, n, kNeutralCosineDistance)) {
    order.push_back(static_cast<int>(row));
  }
  return order;
}

}  // namespace

std::vector<int> groupsOfRows(const ContentionHistory& history, const ContentionModel::Groups& groups) {
  std::vector<int> of_rows(history.rows.size(), -1);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (std::size_t row = 0; row < history.rows.size(); ++row) {
      const auto& names = groups[group];
      if (std::find(names.begin(), names.end(), history.rows[row]) != names.end()) {
        of_rows[row] = static_cast<int>(group);
      }
    }
  }
  return of_rows;
}

std::vector<QString> branchNames(const ContentionHistory& history, std::size_t count) {
  std::vector<QString> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back(history.branches.size() == count ? QString::fromStdString(history.branches[i])
                                                     : QString::number(i + 1));
  }
  return names;
}

std::vector<int> orderOfRows(const SheetQuestion& question, ContentionNumbers& numbers) {
  const ContentionHistory& history = *leading(question);
  if (isOrder(question.kept_order, history.rows.size())) {
    return question.kept_order;
  }
  std::vector<int> order(history.rows.size());
  std::iota(order.begin(), order.end(), 0);
  const auto by = [&](const auto& key) {
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      return key(static_cast<std::size_t>(a)) < key(static_cast<std::size_t>(b));
    });
  };
  switch (question.choice.order) {
    case ContentionOrder::kName:
      by([&](std::size_t row) { return history.rows[row]; });
      break;
    case ContentionOrder::kDifficulty:
      if (history.difficulty.size() == history.rows.size()) {
        by([&](std::size_t row) { return history.difficulty[row]; });
      }
      break;
    case ContentionOrder::kGroup: {
      const std::vector<int> groups = groupsOfRows(history, question.groups);
      by([&](std::size_t row) { return groups[row]; });
      break;
    }
    case ContentionOrder::kCluster:
      return clusterOrder(question, numbers);
    default:
      break;
  }
  return order;
}

}  // namespace alidade
