// SPDX-License-Identifier: BSD-3-Clause
// Where the axes of parallel coordinates lie, and which rows brushes keep.
#include <algorithm>
#include <cmath>
#include <limits>

#include "views/base/chart/chart_series.h"
#include "views/base/plot.h"
#include "views/parallel/parallel_figure.h"

namespace alidade {
namespace {

constexpr double kAxisAir = 0.04;  // of the span

/// A scale for the values of an axis: names at whole numbers, percent for shares.
ChartAxis scaleOf(const ParallelTable& table, std::size_t index) {
  const ParallelAxis& axis = table.axes[index];
  ChartAxis scale;
  if (!axis.names.empty()) {
    scale.low = -0.5;
    scale.high = static_cast<double>(axis.names.size()) - 0.5;
    for (std::size_t i = 0; i < axis.names.size(); ++i) {
      scale.ticks.push_back(static_cast<double>(i));
    }
    return scale;
  }
  ChartRange range;
  bool positive = true;
  for (const ParallelRow& row : table.rows) {
    if (std::isfinite(row.values[index])) {
      range.add(row.values[index]);
      positive = positive && row.values[index] > 0.0;
    }
  }
  const bool logarithmic = axis.logarithmic && positive && !range.empty;
  scale.scale = logarithmic ? ChartScale::kLogarithmic : ChartScale::kLinear;
  if (logarithmic) {
    const double air = kAxisAir * std::max(std::log(range.high / range.low), 0.1);
    scale.low = range.low * std::exp(-air);
    scale.high = range.high * std::exp(air);
  } else {
    const double air = kAxisAir * std::max(range.high - range.low, 1e-6 + 1e-3 * std::abs(range.high));
    scale.low = range.low - air;
    scale.high = range.high + air;
  }
  return scale;
}

}  // namespace

bool isKept(const ParallelLook& look, const ParallelRow& row) {
  for (std::size_t i = 0; i < look.brushes.size() && i < row.values.size(); ++i) {
    if (look.brushes[i] &&
        !(row.values[i] >= look.brushes[i]->low && row.values[i] <= look.brushes[i]->high)) {
      return false;
    }
  }
  return true;
}

std::vector<std::size_t> orderedAxes(const ParallelTable& table, const ParallelLook& look) {
  std::vector<std::size_t> order;
  const auto add = [&](std::size_t index) {
    if (index < table.axes.size() && std::find(order.begin(), order.end(), index) == order.end()) {
      order.push_back(index);
    }
  };
  for (const std::size_t index : look.order) {
    add(index);
  }
  for (const bool score : {false, true}) {
    for (std::size_t i = 0; i < table.axes.size(); ++i) {
      if (table.axes[i].score == score) {
        add(i);
      }
    }
  }
  return order;
}

double ParallelLayout::yAt(const Axis& axis, double value) const {
  return axis.scale.draws(value) ? area.bottom() - axis.scale.share(value) * area.height()
                                 : std::numeric_limits<double>::quiet_NaN();
}

double ParallelLayout::valueAt(const Axis& axis, double y) const {
  return axis.scale.valueAt((area.bottom() - y) / area.height());
}

std::optional<std::size_t> ParallelLayout::nearest(double x) const {
  const auto found = std::min_element(axes.begin(), axes.end(), [x](const Axis& a, const Axis& b) {
    return std::abs(a.x - x) < std::abs(b.x - x);
  });
  return found == axes.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - axes.begin()));
}

ParallelLayout layoutParallel(const QRectF& area, const PlotTheme& theme, const ParallelTable& table,
                              const ParallelLook& look) {
  ParallelLayout layout;
  const double gap = theme.spacing, line = lineHeight(theme, TextRole::kSmall);
  const double pad = theme.print ? gap : 4.0 * gap;
  layout.area = area.adjusted(pad, pad + line + 2.0 * gap, -pad, -pad);
  layout.head = area.top() + pad + 0.5 * line;
  const auto order = orderedAxes(table, look);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double share =
        order.size() > 1 ? static_cast<double>(i) / static_cast<double>(order.size() - 1) : 0.5;
    layout.axes.push_back(
        {order[i], layout.area.left() + share * layout.area.width(), scaleOf(table, order[i])});
  }
  return layout;
}

}  // namespace alidade
