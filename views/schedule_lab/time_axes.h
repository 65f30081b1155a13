// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>

#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// A plot over diffusion time as sampling runs: t = 1 (noise) at the left, t = 0 (data) at the right.
struct TimeAxes {
  QRectF area;  ///< inside of the axes, logical units
  double low = 0.0;
  double high = 1.0;
  bool logarithmic = false;  ///< the vertical axis; low and high are positive then

  double x(double t) const { return area.left() + (1.0 - t) * area.width(); }
  /// Values beyond the axis lie on its ends.
  double y(double value) const;
  QPointF at(double t, double value) const { return {x(t), y(value)}; }
  /// Inverse of x; may lie outside of [0, 1].
  double timeAt(double px) const { return 1.0 - (px - area.left()) / area.width(); }
  /// Inverse of y; on a linear axis it may be negative.
  double valueAt(double py) const;
};

/// The axes that paintTimeAxes uses, for the mouse.
TimeAxes layoutTimeAxes(const PlotTheme& theme, const QRectF& area, double low, double high,
                        bool logarithmic);

/// Paints grid, ticks and labels of the axes inside `area`.
TimeAxes paintTimeAxes(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QString& label,
                       double low, double high, bool logarithmic);

}  // namespace alidade
