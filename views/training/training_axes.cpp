// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_axes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kThousand = 1000.0;
constexpr double kManySteps = 10000.0;
constexpr double kMostDrawn = 1e150;  // spans and ratios of what is drawn stay finite

std::vector<double> logTicks(double low, double high, std::size_t most) {
  static const std::vector<std::vector<double>> kFactors{{1.0, 2.0, 5.0}, {1.0, 3.0}, {1.0}};
  std::vector<double> ticks;
  for (const auto& factors : kFactors) {
    ticks.clear();
    const int last = static_cast<int>(std::floor(std::log10(high)));
    for (int power = static_cast<int>(std::floor(std::log10(low))); power <= last; ++power) {
      for (const double factor : factors) {
        const double tick = factor * std::pow(10.0, power);
        if (tick >= low * 0.999 && tick <= high * 1.001) {
          ticks.push_back(tick);
        }
      }
    }
    if (ticks.size() <= most) {
      return ticks;
    }
  }
  std::vector<double> fewer;  // decades alone are still too many
  const std::size_t stride = ticks.size() / std::max<std::size_t>(most, 1) + 1;
  for (std::size_t i = 0; i < ticks.size(); i += stride) {
    fewer.push_back(ticks[i]);
  }
  return fewer;
}

}  // namespace

bool canDraw(double value, bool logarithmic) {
  return std::abs(value) < kMostDrawn && (!logarithmic || value > 1.0 / kMostDrawn);
}

double TrainingAxes::y(double value) const {
  const double share =
      logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return area.bottom() - share * area.height();
}

bool TrainingAxes::draws(double value) const {
  return canDraw(value, logarithmic);
}

std::vector<double> valueTicks(double low, double high, bool logarithmic, double height,
                               const PlotTheme& theme) {
  const int count = std::clamp(static_cast<int>(height / (2.2 * lineHeight(theme, TextRole::kSmall))), 2, 8);
  if (logarithmic) {
    const auto ticks = logTicks(low, high, static_cast<std::size_t>(count) + 2);
    if (ticks.size() > 1) {
      return ticks;
    }
  }
  return niceTicks(low, high, count);
}

QString valueText(double value) {
  QString text = QString::number(value, 'g', 4);
  return text.replace(QLatin1Char('-'), QChar(0x2212));
}

QString stepText(double step) {
  return step >= kManySteps ? valueText(step / kThousand) + QLatin1Char('k') : QString::number(step);
}

QPen runPen(const PlotTheme& theme, int style, double width) {
  static const std::array<QList<qreal>, 4> kDashes{{{}, {4.0, 2.0}, {1.2, 1.6}, {5.0, 1.8, 1.2, 1.8}}};
  const auto place = static_cast<std::size_t>(std::max(0, style));
  const auto& colors = theme.colors.runs;
  QPen pen(colors[place % colors.size()], width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
  const auto& dash = kDashes[place / colors.size() % kDashes.size()];
  if (!dash.isEmpty()) {
    pen.setDashPattern(dash);
  }
  return pen;
}

void paintTrainingAxes(QPainter& painter, const PlotTheme& theme, const TrainingAxes& axes,
                       bool step_labels) {
  const QRectF& area = axes.area;
  const TextStyle number{TextRole::kSmall, theme.colors.muted, true};
  const double widest = textWidth(theme, QStringLiteral("88888"), number) + 6.0 * theme.spacing;
  const int columns = std::max(2, static_cast<int>(area.width() / widest));
  for (const double tick : niceTicks(axes.first, axes.last, columns)) {
    if (tick != std::floor(tick)) {
      continue;
    }
    const double x = axes.x(tick);
    painter.setPen(theme.gridPen());
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    if (step_labels) {
      drawText(painter, theme, {x, area.bottom() + theme.spacing}, Qt::AlignHCenter | Qt::AlignTop,
               stepText(tick), number);
    }
  }
  for (const double tick : valueTicks(axes.low, axes.high, axes.logarithmic, area.height(), theme)) {
    const double y = axes.y(tick);
    painter.setPen(theme.gridPen());
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    drawText(painter, theme, {area.left() - theme.spacing, y}, Qt::AlignRight | Qt::AlignVCenter,
             valueText(tick), number);
  }
  painter.setPen(theme.axisPen());
  painter.drawLine(area.bottomLeft(), area.bottomRight());
  painter.drawLine(area.bottomLeft(), area.topLeft());
}

}  // namespace alidade
