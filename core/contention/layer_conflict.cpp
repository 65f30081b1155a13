// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/layer_conflict.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace alidade {
namespace {

constexpr double kNoScore = std::numeric_limits<double>::quiet_NaN();

/// |mean g| below kStationaryShare of the mean length, for rows that all share the part.
bool is_stationary(const PartGram& gram) {
  double square = 0.0, lengths = 0.0;
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = 0; j < gram.rows; ++j) {
      const bool both = gram.present[i] != 0 && gram.present[j] != 0;
      square += both ? gram.at(i, j) : 0.0;
    }
    lengths += gram.present[i] != 0 ? std::sqrt(gram.at(i, i)) : 0.0;
  }
  return lengths > 0.0 && std::sqrt(std::max(square, 0.0)) < kStationaryShare * lengths;
}

void count_conflicts(const PartGram& gram, double s,
                     const std::optional<std::pair<std::size_t, std::size_t>>& pair, LayerConflict& out) {
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = i + 1; j < gram.rows; ++j) {
      const bool asked = !pair || std::minmax(i, j) == std::minmax(pair->first, pair->second);
      if (!asked || !gram.shares(i, j)) {
        continue;
      }
      const double cosine = cosine_of(gram.at(i, j), gram.at(i, i), gram.at(j, j));
      out.judged += std::isfinite(cosine) ? 1 : 0;
      out.conflicts += cosine < s ? 1 : 0;
    }
  }
}

bool is_within(const ContentionPart& layer, const ContentionPart& part) {
  return std::includes(part.tensors.begin(), part.tensors.end(), layer.tensors.begin(), layer.tensors.end());
}

}  // namespace

std::vector<LayerConflict> layer_conflicts(const ContentionHistory& history, double s,
                                           std::span<const std::size_t> epochs,
                                           std::optional<std::pair<std::size_t, std::size_t>> pair) {
  std::vector<LayerConflict> conflicts;
  for (const ContentionPart& layer : parts_of(history, PartKind::kLayer)) {
    if (layer.tensors.empty()) {
      continue;
    }
    LayerConflict conflict{layer.name, layer.block, layer.size, kNoScore};
    for (const std::size_t epoch : epochs) {
      const PartGram gram = part_gram(history, epoch, layer);
      if (!is_stationary(gram)) {
        count_conflicts(gram, s, pair, conflict);
      }
    }
    if (conflict.judged > 0) {
      conflict.score = static_cast<double>(conflict.conflicts) / static_cast<double>(conflict.judged);
    }
    conflicts.push_back(std::move(conflict));
  }
  return conflicts;
}

SplitPlan split_plan(std::vector<LayerConflict> conflicts, std::size_t count, int groups) {
  std::erase_if(conflicts, [](const LayerConflict& layer) { return !std::isfinite(layer.score); });
  std::stable_sort(conflicts.begin(), conflicts.end(), [](const LayerConflict& a, const LayerConflict& b) {
    return a.score != b.score ? a.score > b.score : a.size < b.size;
  });
  SplitPlan plan;
  std::int64_t all = 0;
  for (std::size_t i = 0; i < std::min(count, conflicts.size()); ++i) {
    const std::int64_t added = (groups - 1) * conflicts[i].size;
    all += added;
    plan.layers.push_back({std::move(conflicts[i]), added, all});
  }
  return plan;
}

std::vector<LayerContribution> layer_contributions(const ContentionHistory& history, std::size_t epoch,
                                                   const ContentionPart& part, std::size_t i, std::size_t j) {
  std::vector<LayerContribution> list;
  const PartGram whole = part_gram(history, epoch, part);
  const double lengths = std::sqrt(whole.at(i, i)) * std::sqrt(whole.at(j, j));
  if (!whole.shares(i, j) || !(lengths > 0.0)) {
    return list;
  }
  for (const ContentionPart& layer : parts_of(history, PartKind::kLayer)) {
    if (layer.tensors.empty() || !is_within(layer, part)) {
      continue;
    }
    const PartGram gram = part_gram(history, epoch, layer);
    const double cosine =
        gram.shares(i, j) ? cosine_of(gram.at(i, j), gram.at(i, i), gram.at(j, j)) : kNoScore;
    list.push_back({layer.name, layer.block, layer.size, gram.at(i, j), gram.at(i, j) / lengths, cosine});
  }
  std::stable_sort(list.begin(), list.end(), [](const LayerContribution& a, const LayerContribution& b) {
    return a.product < b.product;
  });
  return list;
}

std::vector<OpposingPair> most_opposing(std::span<const double> products, std::size_t columns,
                                        std::size_t count) {
  std::vector<OpposingPair> pairs;
  for (std::size_t at = 0; at < products.size() && columns > 0; ++at) {
    if (std::isfinite(products[at])) {
      pairs.push_back({at / columns, at % columns, products[at]});
    }
  }
  const auto end = pairs.begin() + static_cast<std::ptrdiff_t>(std::min(count, pairs.size()));
  std::partial_sort(pairs.begin(), end, pairs.end(),
                    [](const OpposingPair& a, const OpposingPair& b) { return a.product < b.product; });
  pairs.erase(end, pairs.end());
  return pairs;
}

}  // namespace alidade
