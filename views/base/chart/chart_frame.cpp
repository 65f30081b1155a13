// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/chart/chart_frame.h"

#include <algorithm>

#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kRowLines = 2.8;    // lines of text that a number of a vertical axis gets
constexpr double kColumnGaps = 6.0;  // between the numbers of a horizontal axis
constexpr int kMostRows = 10;

TextStyle numberStyle(const PlotTheme& theme) {
  return {TextRole::kSmall, theme.colors.muted, true};
}

int rowCount(const PlotTheme& theme, double height) {
  return std::clamp(static_cast<int>(height / (kRowLines * lineHeight(theme, TextRole::kSmall))), 2,
                    kMostRows);
}

int columnCount(const PlotTheme& theme, double width) {
  const double number = textWidth(theme, QStringLiteral("88888"), numberStyle(theme));
  return std::max(2, static_cast<int>(width / (number + kColumnGaps * theme.spacing)));
}

/// Numbers of a horizontal axis from left to right; those that would touch the one before are left out.
void paintNumbers(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame,
                  std::vector<std::pair<double, QString>> numbers) {
  std::sort(numbers.begin(), numbers.end());
  double free_from = -1e9;
  for (const auto& [x, text] : numbers) {
    const double half = 0.5 * textWidth(theme, text, numberStyle(theme));
    if (x - half > free_from) {
      drawText(painter, theme, {x, frame.area.bottom() + theme.spacing}, Qt::AlignHCenter | Qt::AlignTop,
               text, numberStyle(theme));
      free_from = x + half + theme.spacing;
    }
  }
}

void paintColumns(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame, bool with_numbers) {
  const auto ticks = axisTicks(frame.x, columnCount(theme, frame.area.width()));
  const auto texts = tickTexts(frame.x, ticks);
  std::vector<std::pair<double, QString>> numbers;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double x = frame.xAt(ticks[i]);
    painter.setPen(theme.gridPen());
    painter.drawLine(QPointF(x, frame.area.top()), QPointF(x, frame.area.bottom()));
    numbers.emplace_back(x, texts[i]);
  }
  if (with_numbers) {
    paintNumbers(painter, theme, frame, std::move(numbers));
  }
}

void paintRows(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame) {
  const auto ticks = axisTicks(frame.y, rowCount(theme, frame.area.height()));
  const auto texts = tickTexts(frame.y, ticks);
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double y = frame.yAt(ticks[i]);
    painter.setPen(theme.gridPen());
    painter.drawLine(QPointF(frame.area.left(), y), QPointF(frame.area.right(), y));
    drawText(painter, theme, {frame.area.left() - theme.spacing, y}, Qt::AlignRight | Qt::AlignVCenter,
             texts[i], numberStyle(theme));
  }
}

/// How far a number stands out to the right of its axis.
double overhang(const PlotTheme& theme, const ChartAxis& axis, double width) {
  const auto ticks = axisTicks(axis, columnCount(theme, width));
  const auto texts = tickTexts(axis, ticks);
  double beyond = 0.0;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double half = 0.5 * textWidth(theme, texts[i], numberStyle(theme));
    beyond = std::max(beyond, half - (1.0 - axis.share(ticks[i])) * width);
  }
  return beyond;
}

}  // namespace

double numbersWidth(const PlotTheme& theme, const ChartAxis& axis, double height) {
  double width = 0.0;
  for (const QString& text : tickTexts(axis, axisTicks(axis, rowCount(theme, height)))) {
    width = std::max(width, textWidth(theme, text, numberStyle(theme)));
  }
  return width;
}

ChartFrame frameIn(const PlotTheme& theme, const QRectF& area, const ChartAxis& x, const ChartAxis& y) {
  const double small = lineHeight(theme, TextRole::kSmall);
  const double gap = theme.spacing;
  const double bottom = small + gap + (x.label.isEmpty() ? 0.0 : small);
  const double height = std::max(1.0, area.height() - gap - bottom);
  const double left = numbersWidth(theme, y, height) + 2.0 * gap + (y.label.isEmpty() ? 0.0 : small);
  const double right = std::max(2.0 * gap, overhang(theme, x, area.width() - left));
  return {{area.left() + left, area.top() + gap, std::max(1.0, area.width() - left - right), height}, x, y};
}

void paintAxes(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame, bool x_numbers) {
  paintColumns(painter, theme, frame, x_numbers);
  paintRows(painter, theme, frame);
  painter.setPen(theme.axisPen());
  painter.drawLine(frame.area.bottomLeft(), frame.area.bottomRight());
  painter.drawLine(frame.area.bottomLeft(), frame.area.topLeft());
}

void paintLabels(QPainter& painter, const PlotTheme& theme, const QRectF& area, const ChartFrame& frame) {
  const TextStyle words{TextRole::kSmall};
  const double small = lineHeight(theme, TextRole::kSmall);
  drawText(painter, theme, {frame.area.center().x(), area.bottom()}, Qt::AlignHCenter | Qt::AlignBottom,
           elided(theme, frame.x.label, area.width(), words), words);
  drawText(painter, theme, {area.left() + small, frame.area.center().y()}, Qt::AlignHCenter | Qt::AlignBottom,
           elided(theme, frame.y.label, area.height(), words), {TextRole::kSmall, {}, false, false, -90.0});
}

}  // namespace alidade
