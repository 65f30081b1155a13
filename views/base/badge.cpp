// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/badge.h"

#include <algorithm>

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {

double badgeHeight(const PlotTheme& theme) {
  return lineHeight(theme, TextRole::kSmall) + 1.5 * theme.spacing;
}

QRectF drawBadge(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QString& text) {
  if (text.isEmpty() || area.width() <= 4.0 * theme.spacing) {
    return {};
  }
  const TextStyle style{TextRole::kSmall, theme.colors.warning, false, true};
  const QString shown = elided(theme, "! " + text, area.width() - 4.0 * theme.spacing, style);
  const double width = std::min(area.width(), textWidth(theme, shown, style) + 4.0 * theme.spacing);
  const QRectF label(area.left(), area.bottom() - badgeHeight(theme), width, badgeHeight(theme));
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  QColor ground = theme.background();
  ground.setAlphaF(0.9F);
  painter.setPen(QPen(theme.colors.warning, theme.hairline));
  painter.setBrush(ground);
  painter.drawRoundedRect(label, theme.spacing, theme.spacing);
  drawText(painter, theme, {label.left() + 2.0 * theme.spacing, label.center().y()},
           Qt::AlignLeft | Qt::AlignVCenter, shown, style);
  painter.restore();
  return label;
}

}  // namespace alidade
