// SPDX-License-Identifier: BSD-3-Clause
#include "core/sweep/monotone_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace alidade {

std::optional<FallingFit> FallingFit::through(std::span<const double> places,
                                              std::span<const double> values) {
  constexpr std::size_t kFewest = 3;
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (std::isfinite(places[i]) && std::isfinite(values[i])) {
      points.emplace_back(places[i], values[i]);
    }
  }
  std::sort(points.begin(), points.end());
  if (points.size() < kFewest || points.front().first == points.back().first) {
    return std::nullopt;
  }
  struct Block {
    double place, value, weight;
  };
  // Values at one place rise by the sort, so that they become one block.
  std::vector<Block> blocks;
  const auto pool = [&blocks] {
    const Block last = blocks.back();
    blocks.pop_back();
    Block& into = blocks.back();
    const double weight = into.weight + last.weight;
    into = {(into.place * into.weight + last.place * last.weight) / weight,
            (into.value * into.weight + last.value * last.weight) / weight, weight};
  };
  for (const auto& [place, value] : points) {
    blocks.push_back({place, value, 1.0});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].value < blocks.back().value) {
      pool();
    }
  }
  FallingFit fit;
  fit.points_ = points.size();
  fit.least_ = points.front().first;
  fit.most_ = points.back().first;
  for (const Block& block : blocks) {
    fit.places_.push_back(block.place);
    fit.values_.push_back(block.value);
  }
  return fit;
}

double FallingFit::at(double place) const {
  const auto after = std::upper_bound(places_.begin(), places_.end(), place);
  if (after == places_.begin()) {
    return values_.front();
  }
  if (after == places_.end()) {
    return values_.back();
  }
  const auto i = static_cast<std::size_t>(after - places_.begin());
  const double share = (place - places_[i - 1]) / (places_[i] - places_[i - 1]);
  return values_[i - 1] + share * (values_[i] - values_[i - 1]);
}

}  // namespace alidade
