// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_layout.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/geometry/sphere_projection.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kHalfWidth = 2.0 * std::numbers::sqrt2;
constexpr double kHalfHeight = std::numbers::sqrt2;

/// True when a circle stays clear of the map's ellipse (grown by `gap`).
bool clearOfMap(const MollweideLayout& layout, double gap) {
  const double a = kHalfWidth * layout.scale + layout.wheel_radius + gap;
  const double b = kHalfHeight * layout.scale + layout.wheel_radius + gap;
  const double x = (layout.wheel_center.x() - layout.center.x()) / a;
  const double y = (layout.wheel_center.y() - layout.center.y()) / b;
  return x * x + y * y >= 1.0;
}

}  // namespace

QPointF MollweideLayout::at(double latitude, double longitude) const {
  const Eigen::Vector2d xy = mollweide(latitude, longitude);
  return center + QPointF(xy.x() * scale, -xy.y() * scale);
}

Eigen::Vector2d MollweideLayout::placeOf(const QPointF& point) const {
  return mollweide_inverse({(point.x() - center.x()) / scale, -(point.y() - center.y()) / scale});
}

MollweideLayout layoutMollweide(const QRectF& area, const PlotTheme& theme) {
  MollweideLayout layout;
  const double gap = 2.0 * theme.spacing;
  const QRectF inner = area.adjusted(gap, gap, -gap, -gap);
  const double legend_height = lineHeight(theme, TextRole::kSmall);
  layout.legend = QRectF(inner.left(), inner.bottom() - legend_height, inner.width(), legend_height);
  layout.wheel_radius = (theme.print ? 1.55 : 1.65) * theme.text_size;
  // Labels of the wheel stand outside of it.
  const double rim = layout.wheel_radius + 1.6 * theme.small_size;
  layout.wheel_center = QPointF(inner.right() - rim - theme.spacing, inner.bottom() - rim);
  layout.legend.setRight(layout.wheel_center.x() - rim);
  const double marker_room = theme.text_size;  // rings at the rim stay inside
  const double top = inner.top() + 0.5 * marker_room;
  const double bottom = layout.legend.top() - gap - 0.5 * marker_room;
  layout.center = QPointF(inner.center().x(), 0.5 * (top + bottom));
  layout.scale = std::max(1e-3, std::min((inner.width() - marker_room) / (2.0 * kHalfWidth),
                                         (bottom - top) / (2.0 * kHalfHeight)));
  const double clearance = 1.2 * theme.small_size;
  while (!clearOfMap(layout, clearance) && layout.scale > 1e-2) {
    layout.scale *= 0.98;
    // A smaller map moves up, away from the wheel.
    layout.center.setY(std::max(top + kHalfHeight * layout.scale, layout.center.y() - 0.01 * area.height()));
  }
  return layout;
}

}  // namespace alidade
