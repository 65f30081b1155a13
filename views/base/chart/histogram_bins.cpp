// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/chart/histogram_bins.h"

#include <algorithm>
#include <cmath>

#include "views/base/chart/chart_axis.h"

namespace alidade {
namespace {

constexpr int kBins = 24;
constexpr double kShown = 0.98;  // the rest is in the last bin
constexpr double kBeyondReach = 1.2;

}  // namespace

std::vector<double> HistogramBins::count(std::span<const double> values) const {
  const int bins = static_cast<int>(edges.size()) - 1;
  std::vector<double> counts(static_cast<std::size_t>(std::max(bins, 0)), 0.0);
  if (counts.empty()) {
    return counts;
  }
  const double step = edges[1] - edges[0];
  for (const double value : values) {
    const double place = std::floor((value - edges.front()) / step);
    ++counts[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(bins - 1)))];
  }
  return counts;
}

HistogramBins histogramBins(std::vector<double> all, std::optional<double> reach) {
  HistogramBins made;
  std::sort(all.begin(), all.end());
  if (all.empty()) {
    return made;
  }
  const double low = std::min(0.0, all.front());
  double high =
      all[std::min(all.size() - 1, static_cast<std::size_t>(kShown * static_cast<double>(all.size())))];
  if (reach) {
    high = std::max(high, kBeyondReach * *reach);
  }
  high = high > low ? high : low + 1.0;
  const auto ticks = niceTicks(low, high, kBins);
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : high - low;
  const double first = std::floor(low / step + 1e-9) * step;
  const int bins = std::max(1, static_cast<int>(std::ceil((high - first) / step - 1e-9)));
  for (int i = 0; i <= bins; ++i) {
    made.edges.push_back(first + i * step);
  }
  made.overflow = all.back() > made.edges.back();
  return made;
}

}  // namespace alidade
