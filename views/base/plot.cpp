// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/plot.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace alidade {
namespace {

double niceStep(double span, int count) {
  const double rough = span / std::max(1, count);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double ratio = rough / power;
  for (const auto& [limit, factor] : {std::pair{1.5, 1.0}, std::pair{3.0, 2.0}, std::pair{7.0, 5.0}}) {
    if (ratio < limit) {
      return factor * power;
    }
  }
  return 10.0 * power;
}

int decimalsOf(const std::vector<double>& ticks) {
  if (ticks.size() < 2) {
    return 1;
  }
  return std::clamp(static_cast<int>(std::ceil(-std::log10(ticks[1] - ticks[0]) - 1e-9)), 0, 6);
}

double widestLabel(const PlotTheme& theme, const std::vector<double>& ticks) {
  double width = 0.0;
  for (const double tick : ticks) {
    width =
        std::max(width, textWidth(theme, numberText(tick, decimalsOf(ticks)), {TextRole::kSmall, {}, true}));
  }
  return width;
}

void drawMark(QPainter& painter, const LegendEntry& entry, const QPointF& left, double size) {
  painter.setPen(entry.pen);
  painter.setBrush(Qt::NoBrush);
  const QPointF center = left + QPointF(0.5 * size, 0.0);
  switch (entry.mark) {
    case LegendEntry::Mark::kLine:
      painter.drawLine(left, left + QPointF(size, 0.0));
      break;
    case LegendEntry::Mark::kRing:
      painter.drawEllipse(center, 0.3 * size, 0.3 * size);
      break;
    case LegendEntry::Mark::kDot:
      painter.setPen(Qt::NoPen);
      painter.setBrush(entry.pen.color());
      painter.drawEllipse(center, 0.2 * size, 0.2 * size);
      break;
  }
}

}  // namespace

std::vector<double> niceTicks(double low, double high, int count) {
  if (!(high > low) || !std::isfinite(low) || !std::isfinite(high)) {
    return {low};
  }
  const double step = niceStep(high - low, count);
  std::vector<double> ticks;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1.0) {
    ticks.push_back(k * step);
  }
  return ticks;
}

PlotFrame drawAxes(QPainter& painter, const PlotTheme& theme, const QRectF& area, const PlotAxis& x,
                   const PlotAxis& y) {
  const double small = lineHeight(theme, TextRole::kSmall);
  const double gap = theme.spacing;
  const auto y_ticks = niceTicks(y.low, y.high, std::max(2, static_cast<int>(area.height() / (3.5 * small))));
  const double left = widestLabel(theme, y_ticks) + 2.0 * gap + (y.label.isEmpty() ? 0.0 : small);
  const double bottom = small + gap + (x.label.isEmpty() ? 0.0 : small);
  PlotFrame frame{area.adjusted(left, gap, -2.0 * gap, -bottom), x, y};
  const auto x_ticks =
      niceTicks(x.low, x.high, std::max(2, static_cast<int>(frame.area.width() / (5.0 * small))));
  const TextStyle label{TextRole::kSmall, theme.colors.muted, true};
  for (const double tick : x_ticks) {
    const QPointF at = frame.map(tick, y.low);
    painter.setPen(theme.gridPen());
    painter.drawLine(at, frame.map(tick, y.high));
    drawText(painter, theme, at + QPointF(0.0, gap), Qt::AlignHCenter | Qt::AlignTop,
             numberText(tick, decimalsOf(x_ticks)), label);
  }
  for (const double tick : y_ticks) {
    const QPointF at = frame.map(x.low, tick);
    painter.setPen(theme.gridPen());
    painter.drawLine(at, frame.map(x.high, tick));
    drawText(painter, theme, at - QPointF(gap, 0.0), Qt::AlignRight | Qt::AlignVCenter,
             numberText(tick, decimalsOf(y_ticks)), label);
  }
  painter.setPen(theme.axisPen());
  painter.drawLine(frame.area.bottomLeft(), frame.area.bottomRight());
  painter.drawLine(frame.area.bottomLeft(), frame.area.topLeft());
  drawText(painter, theme, {frame.area.center().x(), area.bottom()}, Qt::AlignHCenter | Qt::AlignBottom,
           x.label, {TextRole::kSmall});
  drawText(painter, theme, {area.left() + small, frame.area.center().y()}, Qt::AlignHCenter | Qt::AlignBottom,
           y.label, {TextRole::kSmall, {}, false, false, -90.0});
  return frame;
}

void drawLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                const std::vector<LegendEntry>& entries) {
  const double mark = 1.5 * theme.text_size;
  const TextStyle style{TextRole::kSmall, theme.colors.muted};
  double x = area.left();
  painter.save();
  for (const LegendEntry& entry : entries) {
    const double width = mark + theme.spacing + textWidth(theme, entry.text, style);
    if (x + width > area.right()) {
      break;
    }
    const double middle = area.center().y();
    drawMark(painter, entry, {x, middle}, mark);
    drawText(painter, theme, {x + mark + theme.spacing, middle}, Qt::AlignLeft | Qt::AlignVCenter, entry.text,
             style);
    x += width + 3.0 * theme.spacing;
  }
  painter.restore();
}

void paintBackground(QPainter& painter, const PlotTheme& theme, const QRectF& area) {
  if (!theme.transparent) {
    painter.fillRect(area, theme.background());
  }
}

}  // namespace alidade
