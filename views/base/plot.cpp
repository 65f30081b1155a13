// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/plot.h"

#include <cmath>

#include <QPainter>
#include <QPolygonF>

namespace alidade {
namespace {

constexpr double kLegendRounding = 1e-6;  // of areas that were made as wide as their entries

/// Corners around the origin; areas are those of a disk of radius 1.
QPolygonF shapeOf(LegendEntry::Mark mark) {
  constexpr double kSquare = 0.886, kDiamond = 1.253, kTriangle = 1.555;
  switch (mark) {
    case LegendEntry::Mark::kSquare:
      return QPolygonF(QRectF(-kSquare, -kSquare, 2.0 * kSquare, 2.0 * kSquare));
    case LegendEntry::Mark::kDiamond:
      return QPolygonF({{0.0, -kDiamond}, {kDiamond, 0.0}, {0.0, kDiamond}, {-kDiamond, 0.0}});
    default:
      return QPolygonF(
          {{0.0, -kTriangle}, {0.866 * kTriangle, 0.5 * kTriangle}, {-0.866 * kTriangle, 0.5 * kTriangle}});
  }
}

void drawMark(QPainter& painter, const LegendEntry& entry, const QPointF& left, double size) {
  const QPointF center = left + QPointF(0.5 * size, 0.0);
  switch (entry.mark) {
    case LegendEntry::Mark::kLine:
      paintMark(painter, entry.mark, center, 0.5 * size, entry.pen);
      break;
    case LegendEntry::Mark::kRing:
      paintMark(painter, entry.mark, center, 0.3 * size, entry.pen);
      break;
    default:
      paintMark(painter, entry.mark, center, 0.2 * size, entry.pen);
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

void paintMark(QPainter& painter, LegendEntry::Mark mark, const QPointF& center, double radius,
               const QPen& pen) {
  const bool outlined = mark == LegendEntry::Mark::kLine || mark == LegendEntry::Mark::kRing ||
                        mark == LegendEntry::Mark::kCross;
  painter.setPen(outlined ? pen : QPen(Qt::NoPen));
  painter.setBrush(outlined ? QBrush(Qt::NoBrush) : QBrush(pen.color()));
  const QPointF across(radius, 0.0), diagonal(0.8 * radius, 0.8 * radius);
  switch (mark) {
    case LegendEntry::Mark::kLine:
      painter.drawLine(center - across, center + across);
      break;
    case LegendEntry::Mark::kCross:
      painter.drawLine(center - diagonal, center + diagonal);
      painter.drawLine(center + QPointF(-diagonal.x(), diagonal.y()),
                       center + QPointF(diagonal.x(), -diagonal.y()));
      break;
    case LegendEntry::Mark::kRing:
    case LegendEntry::Mark::kDot:
      painter.drawEllipse(center, radius, radius);
      break;
    default: {
      QPolygonF shape = shapeOf(mark);
      for (QPointF& corner : shape) {
        corner = center + radius * corner;
      }
      painter.drawPolygon(shape);
    }
  }
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
    if (x + width > area.right() + kLegendRounding) {
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

QColor inkOn(const QColor& ground) {
  const Theme& light = theme(ThemeKind::kLight);
  const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  const double luminance =
      0.2126 * linear(ground.redF()) + 0.7152 * linear(ground.greenF()) + 0.0722 * linear(ground.blueF());
  return luminance > 0.22 ? light.text : light.surface;
}

void paintBackground(QPainter& painter, const PlotTheme& theme, const QRectF& area) {
  if (!theme.transparent) {
    painter.fillRect(area, theme.background());
  }
}

}  // namespace alidade
