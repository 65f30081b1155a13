// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QString>

#include "views/base/chart/chart_legend.h"
#include "views/base/chart/chart_series.h"

namespace alidade {

/// A place on the horizontal axis: a threshold, the end of a phase, a cursor.
struct ChartMark {
  double x = 0.0;
  QPen pen{};
  QString text{};  ///< beside its upper end
};

/// One chart as it is painted: two axes and what lies between them.
struct Chart {
  ChartAxis x{}, y{};
  std::vector<ChartSeries> series{};  ///< the later ones above
  std::vector<ChartMark> marks{};
  std::vector<LegendEntry> legend{};  ///< above the chart; empty = none
  bool bare = false;                  ///< a frame without numbers, as around an embedding
};

/// Where the axes of a chart painted into `area` lie, for the mouse.
ChartFrame frameOf(const PlotTheme& theme, const QRectF& area, const Chart& chart);

/// Paints the chart with its legend above, and labels at its axes, into `area`.
void paintChart(QPainter& painter, const PlotTheme& theme, const QRectF& area, const Chart& chart);

/// Paints series and marks into a frame whose axes are painted already: spreads and bars below, then marks,
/// lines and points.
void paintContents(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame, const Chart& chart);

/// Positions, per series, of the value at or next to `x`: of bins the one that holds it. None where a series
/// has nothing within `reach`.
std::vector<std::optional<std::size_t>> recordsAt(const Chart& chart, double x, double reach);

}  // namespace alidade
