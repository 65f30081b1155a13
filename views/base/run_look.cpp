// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/run_look.h"

#include <algorithm>
#include <array>

#include <QPainter>
#include <QPixmap>

namespace alidade {

static_assert(std::tuple_size_v<decltype(Theme::runs)> == kRunHues);

const QColor& runColor(const Theme& theme, int style) {
  return theme.runs[static_cast<std::size_t>(std::max(0, style) % kRunHues)];
}

void paintRunSwatch(QPainter& painter, const QRectF& place, const Theme& theme, int style) {
  const QColor& color = runColor(theme, style);
  const int form = std::max(0, style) / kRunHues % 3;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF inner = place.adjusted(1.0, 1.0, -1.0, -1.0);
  painter.setPen(QPen(color, 2.0));
  painter.setBrush(form == 0 ? QBrush(color) : QBrush(Qt::NoBrush));
  painter.drawRoundedRect(inner, 2.0, 2.0);
  if (form == 2) {
    painter.fillRect(QRectF(inner.left(), inner.center().y() - 1.5, inner.width(), 3.0), color);
  }
  painter.restore();
}

QIcon runSwatchIcon(const Theme& theme, int style) {
  constexpr int kScale = 2;
  QPixmap pixmap(kScale * kRunSwatchSide, kScale * kRunSwatchSide);
  pixmap.setDevicePixelRatio(kScale);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  paintRunSwatch(painter, QRectF(0, 0, kRunSwatchSide, kRunSwatchSide), theme, style);
  painter.end();
  return QIcon(pixmap);
}

QPen runLine(const Theme& theme, int style, std::size_t place, double width) {
  // As many as have no divisor with the hues: runs of one hue then have other dashes.
  static const std::array<QList<qreal>, 5> kFurther{
      {{1.2, 1.8}, {6.0, 2.0, 1.2, 2.0}, {9.0, 2.5}, {6.0, 1.8, 1.2, 1.8, 1.2, 1.8}, {2.2, 1.4}}};
  QPen pen(runColor(theme, style), width, Qt::SolidLine, place == 0 ? Qt::RoundCap : Qt::FlatCap,
           Qt::RoundJoin);
  if (place == 1) {
    pen.setDashPattern({4.0, 2.5});
  } else if (place > 1) {
    pen.setDashPattern(kFurther[(place - 2) % kFurther.size()]);
  }
  return pen;
}

}  // namespace alidade
