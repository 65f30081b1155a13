// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/plot.h"

#include <QPainter>

namespace alidade {
namespace {

constexpr double kRounding = 1e-6;  // of areas that were made as wide as their entries

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

QString shownName(const PlotTheme& theme, const QString& name) {
  if (!theme.names || name.isEmpty()) {
    return name;
  }
  if (!theme.names->painted.contains(name)) {
    theme.names->painted << name;
  }
  return theme.names->instead.value(name, name);
}

double legendMarkWidth(const PlotTheme& theme) {
  return 1.5 * theme.text_size + theme.spacing;
}

double legendGap(const PlotTheme& theme) {
  return 3.0 * theme.spacing;
}

void drawLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                const std::vector<LegendEntry>& entries) {
  std::vector<LegendEntry> shown = entries;
  for (LegendEntry& entry : shown) {
    entry.text = shownName(theme, entry.text);
  }
  drawLegendRow(painter, theme, area, shown);
}

void drawLegendRow(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                   const std::vector<LegendEntry>& entries) {
  const double mark = legendMarkWidth(theme);
  const TextStyle style{TextRole::kSmall, theme.colors.muted};
  double x = area.left();
  painter.save();
  for (const LegendEntry& entry : entries) {
    const double width = mark + textWidth(theme, entry.text, style);
    if (x + width > area.right() + kRounding) {
      const QString more(QChar(0x2026));
      drawText(painter, theme, {area.right(), area.center().y()}, Qt::AlignRight | Qt::AlignVCenter, more,
               style);
      break;
    }
    const double middle = area.center().y();
    drawMark(painter, entry, {x, middle}, mark - theme.spacing);
    drawText(painter, theme, {x + mark, middle}, Qt::AlignLeft | Qt::AlignVCenter, entry.text, style);
    x += width + legendGap(theme);
  }
  painter.restore();
}

void paintBackground(QPainter& painter, const PlotTheme& theme, const QRectF& area) {
  if (!theme.transparent) {
    painter.fillRect(area, theme.background());
  }
}

}  // namespace alidade
