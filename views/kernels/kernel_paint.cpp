// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernel_paint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <QPainter>

#include "views/base/plot.h"
#include "views/kernels/kernel_text.h"

namespace alidade {
namespace {

constexpr int kBarSteps = 48;
constexpr double kShade = 1.35, kDeepShade = 1.7;  // of the sides of a tile

QRectF centered(const QRectF& box, double share) {
  const double width = share * box.width(), height = share * box.height();
  return {box.center().x() - 0.5 * width, box.center().y() - 0.5 * height, width, height};
}

void paintInterval(QPainter& painter, const PlotTheme& theme, const QRectF& box,
                   const GammaInterval& interval) {
  const double y = box.bottom() - 0.5 * theme.spacing - theme.line;
  const double left = box.left() + theme.spacing, width = box.width() - 2.0 * theme.spacing;
  const auto at = [&](double share) { return left + share * width; };
  painter.setPen(QPen(theme.colors.border, theme.hairline));
  painter.drawLine(QPointF(left, y), QPointF(left + width, y));
  painter.setPen(QPen(theme.colors.text, 1.3 * theme.line, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(QPointF(at(interval.low), y), QPointF(at(interval.high), y));
  const SmoothLines smooth(painter);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.colors.text);
  painter.drawEllipse(QPointF(at(interval.value), y), 1.4 * theme.line, 1.4 * theme.line);
  painter.setBrush(Qt::NoBrush);
}

void paintCross(QPainter& painter, const PlotTheme& theme, const QRectF& area) {
  const SmoothLines smooth(painter);
  painter.setPen(QPen(theme.colors.muted, theme.hairline));
  painter.drawLine(area.topLeft(), area.bottomRight());
  painter.drawLine(area.topRight(), area.bottomLeft());
}

/// A point between the corners of a tile: 0, 0 near left; 1, 1 far right.
QPointF within(const QPolygonF& top, double across, double deep) {
  return top[0] + across * (top[1] - top[0]) + deep * (top[3] - top[0]);
}

QPolygonF shrunk(const QPolygonF& top, double share) {
  const double low = 0.5 - 0.5 * share, high = 0.5 + 0.5 * share;
  return {{within(top, low, low), within(top, high, low), within(top, high, high), within(top, low, high)}};
}

}  // namespace

QColor kernelColor(const PlotTheme& theme, double value) {
  return std::isfinite(value) ? sequentialColor(SequentialMap::kViridis, value) : theme.colors.muted;
}

SmoothLines::SmoothLines(QPainter& painter)
    : painter_(painter), before_(painter.testRenderHint(QPainter::Antialiasing)) {
  painter.setRenderHint(QPainter::Antialiasing);
}

SmoothLines::~SmoothLines() {
  painter_.setRenderHint(QPainter::Antialiasing, before_);
}

void paintStrokes(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QColor& color) {
  const SmoothLines smooth(painter);
  const double step = 1.25 * theme.spacing, width = area.width(), height = area.height();
  QVector<QLineF> strokes;
  for (double k = step - height; k < width; k += step) {
    const double from = std::max(0.0, -k), to = std::min(height, width - k);
    if (to > from) {
      strokes << QLineF(area.left() + k + from, area.bottom() - from, area.left() + k + to,
                        area.bottom() - to);
    }
  }
  painter.setPen(QPen(color, theme.hairline, Qt::SolidLine, Qt::FlatCap));
  painter.drawLines(strokes);
}

void paintCell(QPainter& painter, const PlotTheme& theme, const QRectF& box, const CellLook& look) {
  const QColor color = kernelColor(theme, look.value);
  const double bottom = look.interval ? 2.0 * theme.spacing : 0.0;
  const QRectF room = box.adjusted(0.0, 0.0, 0.0, -bottom);
  const double side = std::min(room.width(), room.height()) - 2.0 * theme.hairline;
  const QRectF square(room.center().x() - 0.5 * side, room.center().y() - 0.5 * side, side, side);
  painter.setPen(QPen(theme.colors.grid, theme.hairline));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(box);
  const QRectF filled = centered(square, look.fill);
  if (look.fill > 0.0) {
    painter.fillRect(filled, color);
    if (look.hatched) {
      paintStrokes(painter, theme, filled, inkOn(color));
    }
  } else {
    paintCross(painter, theme, centered(square, 0.3));
  }
  const TextStyle style{TextRole::kSmall, inkOn(color), true};
  const bool fits = textWidth(theme, look.text, style) < filled.width() - theme.spacing &&
                    lineHeight(theme, TextRole::kSmall) < filled.height();
  if (!look.text.isEmpty() && fits && !look.hatched) {
    drawText(painter, theme, filled.center(), Qt::AlignCenter, look.text, style);
  }
  if (look.interval && std::isfinite(look.interval->value)) {
    paintInterval(painter, theme, box, *look.interval);
  }
}

void paintPicked(QPainter& painter, const PlotTheme& theme, const QPolygonF& outline) {
  const SmoothLines smooth(painter);
  painter.setPen(QPen(theme.colors.accent, 1.6 * theme.line, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
  painter.setBrush(Qt::NoBrush);
  painter.drawPolygon(outline);
}

void paintTile(QPainter& painter, const PlotTheme& theme, const QPolygonF& top, double height,
               const CellLook& look) {
  const SmoothLines smooth(painter);
  const QColor color = kernelColor(theme, look.value);
  painter.setPen(QPen(theme.colors.grid, theme.hairline));
  painter.setBrush(Qt::NoBrush);
  painter.drawPolygon(top);
  if (look.fill > 0.0) {
    const QPolygonF face = shrunk(top, look.fill);
    const QPointF down(0.0, height * look.fill);
    painter.setPen(QPen(theme.background(), 0.5 * theme.hairline));
    painter.setBrush(color.darker(static_cast<int>(100.0 * kShade)));
    painter.drawPolygon(QPolygonF{{face[0], face[1], face[1] + down, face[0] + down}});
    painter.setBrush(color.darker(static_cast<int>(100.0 * kDeepShade)));
    painter.drawPolygon(QPolygonF{{face[1], face[2], face[2] + down, face[1] + down}});
    painter.setBrush(color);
    painter.drawPolygon(face);
    painter.setBrush(Qt::NoBrush);
    constexpr int kStrokes = 5;
    painter.setPen(QPen(inkOn(color), theme.hairline, Qt::SolidLine, Qt::FlatCap));
    for (int i = 1; look.hatched && i < kStrokes; ++i) {
      const double at = static_cast<double>(i) / kStrokes;
      painter.drawLine(within(face, at, 0.0), within(face, at, 1.0));
    }
  } else {
    const QPolygonF small = shrunk(top, 0.3);
    painter.setPen(QPen(theme.colors.muted, theme.hairline));
    painter.drawLine(small[0], small[2]);
    painter.drawLine(small[1], small[3]);
  }
}

double kernelKeyHeight(const PlotTheme& theme) {
  return 2.0 * lineHeight(theme, TextRole::kSmall) + 3.0 * theme.spacing;
}

void paintKernelKey(QPainter& painter, const PlotTheme& theme, const QRectF& area, const KernelSheet& sheet) {
  const double small = lineHeight(theme, TextRole::kSmall), gap = theme.spacing;
  const TextStyle words{TextRole::kSmall, theme.colors.muted},
      digits{TextRole::kSmall, theme.colors.muted, true};
  const double bar = std::clamp(0.32 * area.width(), 16.0 * gap, 48.0 * gap);
  const QRectF colors(area.left(), area.top() + small + gap, bar, 2.0 * gap);
  drawText(painter, theme, area.topLeft(), Qt::AlignLeft | Qt::AlignTop,
           elided(theme, channelText(sheet.channel), 0.55 * area.width(), words), words);
  for (int i = 0; i < kBarSteps; ++i) {
    const double left = colors.left() + colors.width() * i / kBarSteps;
    // A hair wider, so that no light shows between them.
    const double width = colors.width() / kBarSteps + (i + 1 < kBarSteps ? 0.5 * theme.hairline : 0.0);
    painter.fillRect(QRectF(left, colors.top(), width, colors.height()),
                     kernelColor(theme, (i + 0.5) / kBarSteps));
  }
  drawText(painter, theme, {colors.left(), colors.bottom()}, Qt::AlignLeft | Qt::AlignTop,
           QStringLiteral("0"), digits);
  drawText(painter, theme, {colors.center().x(), colors.bottom()}, Qt::AlignHCenter | Qt::AlignTop,
           QStringLiteral("0.5"), digits);
  drawText(painter, theme, {colors.right(), colors.bottom()}, Qt::AlignRight | Qt::AlignTop,
           QStringLiteral("1"), digits);
  if (!sheet.counted) {
    return;
  }
  double x =
      area.left() +
      std::max(bar, std::min(textWidth(theme, channelText(sheet.channel), words), 0.55 * area.width())) +
      6.0 * gap;
  drawText(painter, theme, {x, area.top()}, Qt::AlignLeft | Qt::AlignTop,
           kernelWords("pairs (size: logarithm)"), words);
  const double edge = small, middle = area.top() + small + gap + 0.5 * edge;
  const auto entry = [&](std::int64_t pairs, const QString& text) {
    const double width = edge + gap + textWidth(theme, text, digits) + 3.0 * gap;
    if (x + width > area.right()) {
      return;
    }
    CellLook look;
    look.value = std::numeric_limits<double>::quiet_NaN();
    look.fill = sheet.fill(pairs);
    look.hatched = sheet.few(pairs) && pairs > 0;
    paintCell(painter, theme, QRectF(x, middle - 0.5 * edge, edge, edge), look);
    drawText(painter, theme, {x + edge + gap, middle}, Qt::AlignLeft | Qt::AlignVCenter, text, digits);
    x += width;
  };
  entry(sheet.most_pairs, pairsText(sheet.most_pairs));
  for (const std::int64_t pairs : {std::int64_t{10000}, std::int64_t{1000}}) {
    if (pairs < sheet.most_pairs / 3) {
      entry(pairs, pairsText(pairs));
    }
  }
  entry(kFewPairs / 2, QStringLiteral("< %1").arg(kFewPairs));
  entry(0, QStringLiteral("0"));
}

}  // namespace alidade
