// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QPointF>
#include <QRectF>

#include "views/base/chart/chart_axis.h"
#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// The place of a chart: two axes around an area. Values map to points and back.
struct ChartFrame {
  QRectF area;  ///< inside of the axes, logical units
  ChartAxis x, y;

  double xAt(double value) const { return area.left() + x.share(value) * area.width(); }
  double yAt(double value) const { return area.bottom() - y.share(value) * area.height(); }
  QPointF map(double px, double py) const { return {xAt(px), yAt(py)}; }
  /// The values at a point; beyond the axes' ends outside of the area.
  double xValue(double px) const { return x.valueAt((px - area.left()) / area.width()); }
  double yValue(double py) const { return y.valueAt((area.bottom() - py) / area.height()); }
  bool draws(double px, double py) const { return x.draws(px) && y.draws(py); }
};

/// Room that the numbers of a vertical axis of this height need.
double numbersWidth(const PlotTheme& theme, const ChartAxis& axis, double height);

/// The frame inside `area` that leaves room for numbers and labels at both axes.
ChartFrame frameIn(const PlotTheme& theme, const QRectF& area, const ChartAxis& x, const ChartAxis& y);

/// Paints grid, numbers and lines of the axes, those of the horizontal axis without numbers where a panel
/// below has the same.
void paintAxes(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame, bool x_numbers = true);

/// Paints both labels of a frame that frameIn has laid out in `area`: below, and turned at the left.
void paintLabels(QPainter& painter, const PlotTheme& theme, const QRectF& area, const ChartFrame& frame);

}  // namespace alidade
