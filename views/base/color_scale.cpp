// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/color_scale.h"

#include <algorithm>
#include <cmath>

#include <QLinearGradient>
#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr int kStops = 64;

double barHeight(const PlotTheme& theme) {
  return 1.75 * theme.spacing;
}

}  // namespace

double ColorScale::amount(double value) const {
  const double share = (value - low) / (high - low);
  return std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
}

QColor ColorScale::color(double value, bool dark_surface) const {
  return map.onSurface(amount(value), dark_surface);
}

double colorBarHeight(const PlotTheme& theme, std::size_t scales) {
  return static_cast<double>(scales) *
         (lineHeight(theme, TextRole::kSmall) + barHeight(theme) + 2.0 * theme.spacing);
}

void paintColorBars(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                    const std::vector<ColorScale>& scales) {
  const double line = lineHeight(theme, TextRole::kSmall);
  double top = area.top();
  painter.save();
  for (const ColorScale& scale : scales) {
    const double text = top + 0.5 * line;
    const TextStyle number{TextRole::kSmall, theme.colors.muted, true};
    const QString high = (scale.open ? QString(QChar(0x2265)) + QChar(0x2009) : QString()) +
                         numberText(scale.high, scale.decimals);
    drawText(painter, theme, {area.left(), text}, Qt::AlignLeft | Qt::AlignVCenter,
             numberText(scale.low, scale.decimals), number);
    drawText(painter, theme, {area.center().x(), text}, Qt::AlignHCenter | Qt::AlignVCenter, scale.label,
             {TextRole::kSmall, theme.colors.text});
    drawText(painter, theme, {area.right(), text}, Qt::AlignRight | Qt::AlignVCenter, high, number);
    const QRectF bar(area.left(), top + line, area.width(), barHeight(theme));
    QLinearGradient gradient(bar.topLeft(), bar.topRight());
    for (int i = 0; i <= kStops; ++i) {
      const double share = static_cast<double>(i) / kStops;
      gradient.setColorAt(share, scale.map.onSurface(share, theme.colors.dark));
    }
    painter.fillRect(bar, gradient);
    top = bar.bottom() + 2.0 * theme.spacing;
  }
  painter.restore();
}

}  // namespace alidade
