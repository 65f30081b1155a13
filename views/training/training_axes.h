// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QPen>
#include <QRectF>
#include <QString>

#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// Whether an axis can show the value: finite, of a size to calculate with, and positive where it must be.
bool canDraw(double value, bool logarithmic);

/// The plot area of one panel: steps to the right, a quantity upwards.
struct TrainingAxes {
  QRectF area;  ///< inside of the axes, logical units
  double first = 0.0, last = 1.0;
  double low = 0.0, high = 1.0;
  bool logarithmic = false;  ///< the vertical axis; low and high are positive then

  double x(double step) const { return area.left() + (step - first) / (last - first) * area.width(); }
  double stepAt(double px) const { return first + (px - area.left()) / area.width() * (last - first); }
  /// Any value that can be drawn on this axis; those beyond its ends lie outside of the area.
  double y(double value) const;
  bool draws(double value) const;
};

/// Ticks of the vertical axis: 1, 2 or 5 times powers of ten.
std::vector<double> valueTicks(double low, double high, bool logarithmic, double height,
                               const PlotTheme& theme);
/// "0.005", with a true minus sign.
QString valueText(double value);
/// "2500", "10k".
QString stepText(double step);

/// The line of a run: theme color and dash by its style, so that more runs than colors stay apart.
QPen runPen(const PlotTheme& theme, int style, double width);

/// Paints grid and tick labels; of the steps the labels only when `step_labels` says so.
void paintTrainingAxes(QPainter& painter, const PlotTheme& theme, const TrainingAxes& axes, bool step_labels);

}  // namespace alidade
