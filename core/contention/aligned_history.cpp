// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/aligned_history.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace alidade {
namespace {

/// Entries of a list by row in a new order; an empty list stays empty.
template <class T>
void reorder_list(const std::vector<std::size_t>& order, std::vector<T>& list) {
  if (list.empty()) {
    return;
  }
  const std::vector<T> old = list;
  for (std::size_t i = 0; i < order.size(); ++i) {
    list[i] = old[order[i]];
  }
}

/// Matrices [row][row], one after the other.
void reorder_matrices(const std::vector<std::size_t>& order, std::vector<double>& values) {
  const std::size_t rows = order.size(), cells = rows * rows;
  const std::vector<double> old = values;
  for (std::size_t first = 0; first + cells <= values.size(); first += cells) {
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < rows; ++j) {
        values[first + i * rows + j] = old[first + order[i] * rows + order[j]];
      }
    }
  }
}

/// Batches in an order in which their rows are those of `wanted`; within a row they keep theirs. Nothing
/// happens where rows have other numbers of batches.
void reorder_batches(const std::vector<int>& wanted, ContentionHistory& history) {
  std::vector<std::vector<std::size_t>> of_row(history.rows.size());
  for (std::size_t b = history.batch_rows.size(); b-- > 0;) {
    of_row[static_cast<std::size_t>(history.batch_rows[b])].push_back(b);
  }
  std::vector<std::size_t> order;
  for (const int row : wanted) {
    auto& left = of_row[static_cast<std::size_t>(row)];
    if (left.empty() || wanted.size() != history.batch_rows.size()) {
      return;
    }
    order.push_back(left.back());
    left.pop_back();
  }
  history.batch_rows = wanted;
  for (ContentionEpoch& epoch : history.epochs) {
    reorder_matrices(order, epoch.batch_grams);
  }
}

bool is_same_tensor(const ContentionTensor& a, const ContentionTensor& b) {
  return a.name == b.name && a.block == b.block && a.layer == b.layer && a.module == b.module &&
         a.size == b.size && a.frozen == b.frozen;
}

/// What keeps two histories from being one series, or nothing.
std::string series_obstacle(const ContentionHistory& a, const ContentionHistory& b) {
  if (a.architecture != b.architecture) {
    return "its checkpoints are of another architecture (\"" + b.architecture + "\", not \"" +
           a.architecture + "\")";
  }
  if (a.tensors.size() != b.tensors.size() ||
      !std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), is_same_tensor) ||
      a.blocks != b.blocks) {
    return "its tensors or blocks are others";
  }
  if (a.space != b.space || a.row_kind != b.row_kind) {
    return "it holds gradients of another kind";
  }
  if (a.routing != b.routing || a.branches != b.branches) {
    return "its rows are routed otherwise";
  }
  if (a.samples != b.samples || a.batch_rows != b.batch_rows) {
    return "its samples or batches are others";
  }
  return {};
}

}  // namespace

Expected<ContentionHistory> with_rows(ContentionHistory history, const std::vector<std::string>& rows,
                                      const std::string& file) {
  if (history.rows == rows) {
    return history;
  }
  std::vector<std::size_t> order, place(rows.size());
  for (const std::string& name : rows) {
    const auto found = std::find(history.rows.begin(), history.rows.end(), name);
    if (found == history.rows.end() || history.rows.size() != rows.size()) {
      return input_error(file, "rows",
                         found == history.rows.end() ? "\"" + name + "\" is missing"
                                                     : "there are other rows besides those expected",
                         "compare histories of the same rows");
    }
    order.push_back(static_cast<std::size_t>(found - history.rows.begin()));
    place[order.back()] = order.size() - 1;
  }
  history.rows = rows;
  reorder_list(order, history.samples);
  reorder_list(order, history.routing);
  reorder_list(order, history.difficulty);
  for (int& row : history.batch_rows) {
    row = static_cast<int>(place[static_cast<std::size_t>(row)]);
  }
  for (ContentionEpoch& epoch : history.epochs) {
    reorder_matrices(order, epoch.grams);
    reorder_list(order, epoch.losses);
  }
  for (ContentionEffect& effect : history.effects) {
    reorder_list(order, effect.before);
    reorder_matrices(order, effect.after);
  }
  return history;
}

Expected<ContentionHistory> joined_histories(ContentionHistory history, ContentionHistory more,
                                             const std::string& file) {
  auto matched = with_rows(std::move(more), history.rows, file);
  if (!matched) {
    return matched;
  }
  if (matched->batch_rows != history.batch_rows) {
    reorder_batches(history.batch_rows, *matched);
  }
  if (const auto obstacle = series_obstacle(history, *matched); !obstacle.empty()) {
    return input_error(file, "", obstacle + " than before",
                       "join what was measured of one network on the same samples");
  }
  std::move(matched->epochs.begin(), matched->epochs.end(), std::back_inserter(history.epochs));
  std::move(matched->effects.begin(), matched->effects.end(), std::back_inserter(history.effects));
  std::stable_sort(history.epochs.begin(), history.epochs.end(),
                   [](const ContentionEpoch& a, const ContentionEpoch& b) { return a.epoch < b.epoch; });
  const auto twice = std::adjacent_find(
      history.epochs.begin(), history.epochs.end(),
      [](const ContentionEpoch& a, const ContentionEpoch& b) { return a.epoch == b.epoch; });
  if (twice != history.epochs.end()) {
    return input_error(file, "epoch", "an epoch is there twice", "leave out one of them");
  }
  return history;
}

}  // namespace alidade
