// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/time_axes.h"

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

void paintTimeLabels(QPainter& painter, const PlotTheme& theme, const QRectF& area, const ChartFrame& frame) {
  // What the vertical axis is stands above it, so that narrow plots keep their width.
  drawText(painter, theme, {frame.area.left(), area.top()}, Qt::AlignLeft | Qt::AlignTop, frame.y.label,
           {TextRole::kSmall});
  const TextStyle words{TextRole::kSmall, theme.colors.muted};
  const QString noise = QStringLiteral("noise"), pose = QStringLiteral("pose");
  const QString runs = QStringLiteral("t \u2192 sampling runs");
  const double ends = 2.0 * (textWidth(theme, noise, words) + 2.0 * theme.spacing);
  const bool narrow = textWidth(theme, runs, words) + ends > frame.area.width();
  drawText(painter, theme, {frame.area.left(), area.bottom()}, Qt::AlignLeft | Qt::AlignBottom, noise, words);
  drawText(painter, theme, {frame.area.center().x(), area.bottom()}, Qt::AlignHCenter | Qt::AlignBottom,
           narrow ? QStringLiteral("t") : runs, words);
  drawText(painter, theme, {frame.area.right(), area.bottom()}, Qt::AlignRight | Qt::AlignBottom, pose,
           words);
}

}  // namespace

ChartFrame timeFrame(const PlotTheme& theme, const QRectF& area, const ChartAxis& values) {
  const double small = lineHeight(theme, TextRole::kSmall);
  const double gap = theme.spacing;
  const double left = textWidth(theme, QStringLiteral("0.005"), {TextRole::kSmall, {}, true}) + 2.0 * gap;
  ChartFrame frame{area.adjusted(left, small + gap, -3.0 * gap, -(2.0 * small + gap)), {}, values};
  frame.x.reversed = true;
  frame.x.ticks = {1.0, 0.75, 0.5, 0.25, 0.0};
  frame.y.holds = true;
  return frame;
}

ChartFrame paintTimeAxes(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                         const ChartAxis& values) {
  ChartFrame frame = timeFrame(theme, area, values);
  paintAxes(painter, theme, frame);
  paintTimeLabels(painter, theme, area, frame);
  return frame;
}

}  // namespace alidade
