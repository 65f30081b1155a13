// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/chart/chart_readout.h"

#include <algorithm>

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kReadoutSwatch = 16.0;
constexpr double kFromMouse = 14.0;
constexpr double kMostName = 0.4;  // of the bounds' width
constexpr double kDotSize = 0.3;   // of the text's

/// Names left, values right, what is extra behind them.
struct ReadoutBox {
  QRectF area;
  double name_width = 0.0, value_width = 0.0, extra_width = 0.0;
};

QPointF cornerOf(const QSizeF& size, const QPointF& mouse, const QRectF& bounds) {
  QPointF corner = mouse + QPointF(kFromMouse, kFromMouse);
  if (corner.x() + size.width() > bounds.right()) {
    corner.setX(mouse.x() - kFromMouse - size.width());
  }
  corner.setX(std::max(corner.x(), bounds.left()));
  corner.setY(std::clamp(corner.y(), bounds.top(), std::max(bounds.top(), bounds.bottom() - size.height())));
  return corner;
}

ReadoutBox readoutBox(const PlotTheme& theme, const ChartReadout& readout, const QPointF& mouse,
                      const QRectF& bounds) {
  const TextStyle number{TextRole::kSmall, {}, true};
  const double gap = theme.spacing;
  ReadoutBox box;
  for (const ChartReadout::Line& line : readout.lines) {
    box.name_width = std::max(box.name_width, textWidth(theme, line.name, {TextRole::kSmall}));
    box.value_width = std::max(box.value_width, textWidth(theme, line.value, number));
    box.extra_width = std::max(box.extra_width, textWidth(theme, line.extra, number));
  }
  box.name_width = std::min(box.name_width, kMostName * bounds.width());
  const double row = kReadoutSwatch + gap + box.name_width + 3.0 * gap + box.value_width +
                     (box.extra_width > 0.0 ? 2.0 * gap + box.extra_width : 0.0);
  const double line = lineHeight(theme, TextRole::kSmall);
  const QSizeF size(std::max(row, textWidth(theme, readout.head, {TextRole::kSmall})) + 4.0 * gap,
                    static_cast<double>(readout.lines.size() + 1) * line + 3.0 * gap);
  box.area = QRectF(cornerOf(size, mouse, bounds), size);
  return box;
}

void paintReadoutLine(QPainter& painter, const PlotTheme& theme, const ChartReadout::Line& line,
                      const ReadoutBox& box, double y) {
  const double gap = theme.spacing;
  const double left = box.area.left() + 2.0 * gap;
  painter.setPen(line.pen);
  painter.drawLine(QPointF(left, y), QPointF(left + kReadoutSwatch, y));
  const double name = left + kReadoutSwatch + gap;
  drawText(painter, theme, {name, y}, Qt::AlignLeft | Qt::AlignVCenter,
           elided(theme, line.name, box.name_width + 0.5, {TextRole::kSmall}), {TextRole::kSmall});
  const double end = name + box.name_width + 3.0 * gap + box.value_width;
  drawText(painter, theme, {end, y}, Qt::AlignRight | Qt::AlignVCenter, line.value,
           {TextRole::kSmall, {}, true});
  drawText(painter, theme, {end + 2.0 * gap, y}, Qt::AlignLeft | Qt::AlignVCenter, line.extra,
           {TextRole::kSmall, theme.colors.muted, true});
}

}  // namespace

QStringList ChartReadout::texts() const {
  QStringList all{head};
  for (const Line& line : lines) {
    all << line.name + QStringLiteral(": ") + line.value +
               (line.extra.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(line.extra));
  }
  return all;
}

void paintReadout(QPainter& painter, const PlotTheme& theme, const ChartReadout& readout,
                  const QPointF& mouse, const QRectF& bounds) {
  const ReadoutBox box = readoutBox(theme, readout, mouse, bounds);
  const double gap = theme.spacing, height = lineHeight(theme, TextRole::kSmall);
  painter.setPen(QPen(theme.colors.border, theme.hairline));
  painter.setBrush(theme.colors.raised);
  painter.drawRoundedRect(box.area, gap, gap);
  double y = box.area.top() + gap + 0.5 * height;
  drawText(painter, theme, {box.area.left() + 2.0 * gap, y}, Qt::AlignLeft | Qt::AlignVCenter, readout.head,
           {TextRole::kSmall, theme.colors.muted});
  for (const ChartReadout::Line& line : readout.lines) {
    y += height;
    paintReadoutLine(painter, theme, line, box, y);
  }
}

void paintValueDot(QPainter& painter, const PlotTheme& theme, const QPointF& at, const QColor& color) {
  painter.setPen(QPen(theme.background(), theme.hairline));
  painter.setBrush(color);
  painter.drawEllipse(at, kDotSize * theme.text_size, kDotSize * theme.text_size);
}

void paintCrosshair(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame, double x,
                    const std::vector<std::pair<QPointF, QColor>>& dots) {
  if (x < frame.x.low || x > frame.x.high) {
    return;
  }
  painter.setPen(QPen(theme.colors.muted, theme.hairline));
  painter.drawLine(QPointF(frame.xAt(x), frame.area.top()), QPointF(frame.xAt(x), frame.area.bottom()));
  for (const auto& [at, color] : dots) {
    if (frame.area.adjusted(-1.0, -1.0, 1.0, 1.0).contains(at)) {
      paintValueDot(painter, theme, at, color);
    }
  }
}

}  // namespace alidade
