// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/time_axes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

/// 1, 2 and 5 times powers of ten, or powers of ten alone where there are many.
std::vector<double> logTicks(double low, double high) {
  const double decades = std::log10(high / low);
  const std::vector<double> factors =
      decades > 2.5 ? std::vector<double>{1.0} : std::vector<double>{1.0, 2.0, 5.0};
  std::vector<double> ticks;
  for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10.0) {
    for (const double factor : factors) {
      if (factor * power >= low * 0.999 && factor * power <= high * 1.001) {
        ticks.push_back(factor * power);
      }
    }
  }
  return ticks;
}

QString tickText(double value) {
  QString text = QString::number(value, 'g', 5);
  return text.replace('-', QChar(0x2212));
}

}  // namespace

double TimeAxes::y(double value) const {
  const double kept = std::clamp(value, low, high);
  const double share =
      logarithmic ? std::log(kept / low) / std::log(high / low) : (kept - low) / (high - low);
  return area.bottom() - share * area.height();
}

double TimeAxes::valueAt(double py) const {
  const double share = (area.bottom() - py) / area.height();
  return logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
}

TimeAxes layoutTimeAxes(const PlotTheme& theme, const QRectF& area, double low, double high,
                        bool logarithmic) {
  const double small = lineHeight(theme, TextRole::kSmall);
  const double gap = theme.spacing;
  const double left = textWidth(theme, QStringLiteral("0.005"), {TextRole::kSmall, {}, true}) + 2.0 * gap;
  return {area.adjusted(left, small + gap, -3.0 * gap, -(2.0 * small + gap)), low, high, logarithmic};
}

TimeAxes paintTimeAxes(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QString& label,
                       double low, double high, bool logarithmic) {
  const TimeAxes axes = layoutTimeAxes(theme, area, low, high, logarithmic);
  const double gap = theme.spacing;
  const TextStyle number{TextRole::kSmall, theme.colors.muted, true};
  const double small = lineHeight(theme, TextRole::kSmall);
  const int count = std::max(2, static_cast<int>(axes.area.height() / (2.5 * small)));
  for (const double tick : logarithmic ? logTicks(low, high) : niceTicks(low, high, count)) {
    painter.setPen(theme.gridPen());
    painter.drawLine(axes.at(1.0, tick), axes.at(0.0, tick));
    drawText(painter, theme, axes.at(1.0, tick) - QPointF(gap, 0.0), Qt::AlignRight | Qt::AlignVCenter,
             tickText(tick), number);
  }
  for (const double t : {1.0, 0.75, 0.5, 0.25, 0.0}) {
    painter.setPen(theme.gridPen());
    painter.drawLine(axes.at(t, low), axes.at(t, high));
    drawText(painter, theme, axes.at(t, low) + QPointF(0.0, gap), Qt::AlignHCenter | Qt::AlignTop,
             QString::number(t), number);
  }
  painter.setPen(theme.axisPen());
  painter.drawLine(axes.area.bottomLeft(), axes.area.bottomRight());
  painter.drawLine(axes.area.bottomLeft(), axes.area.topLeft());
  // What the vertical axis is stands above it, so that narrow plots keep their width.
  drawText(painter, theme, {axes.area.left(), area.top()}, Qt::AlignLeft | Qt::AlignTop, label,
           {TextRole::kSmall});
  const TextStyle words{TextRole::kSmall, theme.colors.muted};
  const QString noise = QStringLiteral("noise"), pose = QStringLiteral("pose");
  const QString runs = QStringLiteral("t \u2192 sampling runs");
  const double ends = 2.0 * (textWidth(theme, noise, words) + 2.0 * gap);
  const bool narrow = textWidth(theme, runs, words) + ends > axes.area.width();
  drawText(painter, theme, {axes.area.left(), area.bottom()}, Qt::AlignLeft | Qt::AlignBottom, noise, words);
  drawText(painter, theme, {axes.area.center().x(), area.bottom()}, Qt::AlignHCenter | Qt::AlignBottom,
           narrow ? QStringLiteral("t") : runs, words);
  drawText(painter, theme, {axes.area.right(), area.bottom()}, Qt::AlignRight | Qt::AlignBottom, pose, words);
  return axes;
}

}  // namespace alidade
