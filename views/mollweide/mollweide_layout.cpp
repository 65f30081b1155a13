// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_layout.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <QPainter>
#include <QPolygonF>

#include "core/base/constants.h"
#include "views/base/plot.h"
#include "views/base/rotation_map_density.h"

namespace alidade {
namespace {

constexpr double kHalfWidth = 2.0 * std::numbers::sqrt2;
constexpr double kHalfHeight = std::numbers::sqrt2;

/// True when a circle about `point` stays clear of the map's ellipse.
bool clearOfMap(const MollweideLayout& layout, const QPointF& point, double radius) {
  const double a = kHalfWidth * layout.scale + radius;
  const double b = kHalfHeight * layout.scale + radius;
  const double x = (point.x() - layout.center.x()) / a;
  const double y = (point.y() - layout.center.y()) / b;
  return x * x + y * y >= 1.0;
}

}  // namespace

double tiltWheelRadius(const PlotTheme& theme) {
  return (theme.print ? 1.55 : 1.65) * theme.text_size;
}

double tiltWheelReach(const PlotTheme& theme) {
  return tiltWheelRadius(theme) + 1.6 * theme.small_size;  // labels of the wheel stand outside of it
}

MollweideLayout layoutMollweide(const QRectF& area, const PlotTheme& theme, const MollweideParts& parts) {
  MollweideLayout layout;
  const double gap = 2.0 * theme.spacing;
  const QRectF inner = area.adjusted(gap, gap, -gap, -gap);
  const double line = lineHeight(theme, TextRole::kSmall);
  layout.legend = QRectF(inner.left(), inner.bottom() - line, inner.width(), line);
  layout.caption = QRectF(inner.left(), inner.top(), inner.width(), parts.caption ? line : 0.0);
  layout.wheel_radius = tiltWheelRadius(theme);
  const double reach = tiltWheelReach(theme);
  layout.wheel_center = QPointF(inner.right() - reach - theme.spacing, inner.bottom() - reach);
  const double bar_width = std::min(9.5 * theme.text_size, 0.5 * inner.width());
  const double bar_height = densityBarHeight(theme);
  layout.bar = QRectF(inner.right() - bar_width, inner.bottom() - bar_height, bar_width, bar_height);
  layout.legend.setRight(parts.density ? layout.bar.left() - gap : layout.wheel_center.x() - reach);
  const double marker_room = theme.text_size;  // rings at the rim stay inside
  const double top = layout.caption.bottom() + 0.5 * marker_room;
  const double bottom = layout.legend.top() - gap - 0.5 * marker_room;
  layout.center = QPointF(inner.center().x(), 0.5 * (top + bottom));
  layout.scale = std::max(1e-3, std::min((inner.width() - marker_room) / (2.0 * kHalfWidth),
                                         (bottom - top) / (2.0 * kHalfHeight)));
  const auto clear = [&] {
    return parts.density
               ? clearOfMap(layout, layout.bar.topLeft(), theme.spacing)
               : clearOfMap(layout, layout.wheel_center, layout.wheel_radius + 1.2 * theme.small_size);
  };
  while (!clear() && layout.scale > 1e-2) {
    layout.scale *= 0.98;
    // A smaller map moves up, away from the corner.
    layout.center.setY(std::max(top + kHalfHeight * layout.scale, layout.center.y() - 0.01 * area.height()));
  }
  return layout;
}

void paintTiltWheel(QPainter& painter, const PlotTheme& theme, const QPointF& center, double radius,
                    CyclicMap hue) {
  constexpr int kSteps = 120;
  const double inner = 0.68 * radius;
  painter.setPen(Qt::NoPen);
  for (int step = 0; step < kSteps; ++step) {
    // Each wedge reaches a little under the next one, so that no seam shows.
    const double from = 2.0 * kPi * step / kSteps;
    const double to = from + 2.0 * kPi * 1.6 / kSteps;
    const auto on = [&](double distance, double angle) {
      return center + QPointF(distance * std::cos(angle), -distance * std::sin(angle));
    };
    painter.setBrush(cyclicColor(hue, 0.5 + (from + kPi / kSteps) / (2.0 * kPi)));
    painter.drawConvexPolygon(QPolygonF{on(inner, from), on(radius, from), on(radius, to), on(inner, to)});
  }
  const TextStyle small{TextRole::kSmall, theme.colors.muted};
  drawText(painter, theme, center, Qt::AlignHCenter | Qt::AlignVCenter, "tilt", small);
  const double gap = radius + 0.75 * theme.spacing;
  drawText(painter, theme, center + QPointF(gap, 0), Qt::AlignLeft | Qt::AlignVCenter, "0°", small);
  drawText(painter, theme, center - QPointF(0, gap), Qt::AlignHCenter | Qt::AlignBaseline, "90°", small);
  drawText(painter, theme, center - QPointF(gap, 0), Qt::AlignRight | Qt::AlignVCenter, "180°", small);
  drawText(painter, theme, center + QPointF(0, gap), Qt::AlignHCenter | Qt::AlignTop, "270°", small);
}

void paintTimeBar(QPainter& painter, const PlotTheme& theme, const QRectF& area, const ColorMap& map) {
  constexpr int kSteps = 32;
  const TextStyle small{TextRole::kSmall, theme.colors.muted};
  const QString noise = "path: t = 1", end = "0";
  const double left = area.left() + textWidth(theme, noise, small) + theme.spacing;
  const double width = 4.0 * theme.text_size;
  const double height = 0.4 * theme.text_size;
  drawText(painter, theme, {area.left(), area.center().y()}, Qt::AlignLeft | Qt::AlignVCenter, noise, small);
  painter.setPen(Qt::NoPen);
  for (int i = 0; i < kSteps; ++i) {
    painter.setBrush(pathColor(theme, 1.0 - (i + 0.5) / kSteps, map));
    const double from = width * i / kSteps;
    painter.drawRect(QRectF(left + from, area.center().y() - 0.5 * height,
                            std::min(1.6 * width / kSteps, width - from), height));
  }
  drawText(painter, theme, {left + width + theme.spacing, area.center().y()},
           Qt::AlignLeft | Qt::AlignVCenter, end, small);
}

}  // namespace alidade
