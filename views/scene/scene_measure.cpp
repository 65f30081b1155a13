// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/scene_measure.h"

#include <algorithm>

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

/// Line and crosses twice: a rim of the ground first, so that they stand out of every cloud.
void paintMarks(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                const std::vector<Eigen::Vector3d>& points, const QPen& pen) {
  const double arm = 1.25 * theme.spacing;
  painter.setPen(pen);
  for (const Eigen::Vector3d& point : points) {
    if (const auto at = projection.point(point)) {
      painter.drawLine(*at - QPointF(arm, arm), *at + QPointF(arm, arm));
      painter.drawLine(*at - QPointF(arm, -arm), *at + QPointF(arm, -arm));
    }
  }
  if (points.size() == 2) {
    if (const auto line = projection.line(points[0], points[1])) {
      painter.drawLine(*line);
    }
  }
}

}  // namespace

QString lengthText(double metres) {
  return metres < 1.0 ? numberText(metres * 1000.0, 1) + " mm" : numberText(metres, 3) + " m";
}

void paintMeasurement(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                      const std::vector<Eigen::Vector3d>& points) {
  if (points.empty()) {
    return;
  }
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintMarks(painter, theme, projection, points,
             QPen(theme.colors.surface, 3.0 * theme.line, Qt::SolidLine, Qt::RoundCap));
  paintMarks(painter, theme, projection, points,
             QPen(theme.colors.accent, 1.25 * theme.line, Qt::SolidLine, Qt::RoundCap));
  const auto line = points.size() == 2 ? projection.line(points[0], points[1]) : std::nullopt;
  if (line) {
    const QString text = lengthText((points[1] - points[0]).norm());
    const TextStyle style{TextRole::kBody, theme.colors.on_accent, true, true};
    const double height = 1.5 * theme.text_size;
    QRectF box(0, 0, textWidth(theme, text, style) + 3.0 * theme.spacing, height);
    box.moveCenter(line->center());
    const QRectF bounds = painter.clipBoundingRect();
    if (!bounds.isEmpty()) {
      box.moveLeft(
          std::clamp(box.left(), bounds.left(), std::max(bounds.left(), bounds.right() - box.width())));
      box.moveTop(
          std::clamp(box.top(), bounds.top(), std::max(bounds.top(), bounds.bottom() - box.height())));
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.colors.accent);
    painter.drawRoundedRect(box, 0.25 * height, 0.25 * height);
    drawText(painter, theme, box.center(), Qt::AlignCenter, text, style);
  }
  painter.restore();
}

}  // namespace alidade
