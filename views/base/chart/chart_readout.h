// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QPen>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QStringList>

#include "views/base/chart/chart_frame.h"

namespace alidade {

/// What stands beside the mouse: a line of its own, and one per series.
struct ChartReadout {
  struct Line {
    QPen pen;
    QString name;
    QString value;  ///< "–" where a series has nothing
    QString extra;  ///< a raw value, a span; may be empty
  };
  QString head;
  std::vector<Line> lines;

  /// "name: value (extra)" below the head.
  QStringList texts() const;
};

/// Paints the values in a box beside the mouse, inside of `bounds`.
void paintReadout(QPainter& painter, const PlotTheme& theme, const ChartReadout& readout,
                  const QPointF& mouse, const QRectF& bounds);

/// Paints a line through the frame at `x`, and a dot of each color at its point as far as that lies in the
/// frame.
void paintCrosshair(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame, double x,
                    const std::vector<std::pair<QPointF, QColor>>& dots);

/// The dot by which a value on a line is marked.
void paintValueDot(QPainter& painter, const PlotTheme& theme, const QPointF& at, const QColor& color);

}  // namespace alidade
