// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "views/base/chart/chart_series.h"

namespace alidade {

void ChartRange::add(double value) {
  low = empty ? value : std::min(low, value);
  high = empty ? value : std::max(high, value);
  empty = false;
}

void ChartRange::add(std::span<const double> values, const ChartAxis& axis) {
  for (const double value : values) {
    if (axis.draws(value)) {
      add(value);
    }
  }
}

void widen(ChartRange& range, const ChartSeries& series, double first, double last, const ChartAxis& axis) {
  for (std::size_t i = 0; i < series.y.size(); ++i) {
    if (series.x[i] < first || series.x[i] > last) {
      continue;
    }
    range.add(series.y.subspan(i, 1), axis);
    if (i < series.low.size()) {
      range.add(series.low.subspan(i, 1), axis);
      range.add(series.high.subspan(i, 1), axis);
    }
  }
}

std::optional<std::size_t> nearestRecord(const ChartSeries& series, double x, double reach) {
  std::optional<std::size_t> nearest;
  double least = reach;
  for (std::size_t i = 0; i < series.y.size(); ++i) {
    const double off = std::abs(series.x[i] - x);
    if (std::isfinite(series.y[i]) && off <= least && (!nearest || off < least)) {
      nearest = i;
      least = off;
    }
  }
  return nearest;
}

double recordSpacing(const ChartSeries& series) {
  const auto count = series.x.size();
  return count < 2 ? 0.0 : std::abs(series.x.back() - series.x.front()) / static_cast<double>(count - 1);
}

}  // namespace alidade
