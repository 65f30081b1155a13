// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/chart/chart.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace alidade {
namespace {

/// What is left of `area` below the legend.
QRectF belowLegend(const PlotTheme& theme, const QRectF& area, const LegendRows& rows) {
  const double margin = 2.0 * theme.spacing;
  const double legend = rows.empty() ? 0.0 : legendHeight(theme, rows) + theme.spacing;
  return area.adjusted(margin, margin + legend, -margin, -margin);
}

ChartFrame framed(const PlotTheme& theme, const QRectF& below, const Chart& chart) {
  return chart.bare ? ChartFrame{below, chart.x, chart.y} : frameIn(theme, below, chart.x, chart.y);
}

/// The legend begins where the axes do; their room is not known before the legend's is, so a chart's left
/// side is taken without it.
LegendRows rowsOf(const PlotTheme& theme, const QRectF& area, const Chart& chart) {
  const QRectF inner = belowLegend(theme, area, {});
  return legendRows(theme, chart.legend, framed(theme, inner, chart).area.width());
}

void paintMark(QPainter& painter, const ChartFrame& frame, const ChartMark& mark) {
  const double x = frame.xAt(mark.x);
  if (frame.x.draws(mark.x) && x >= frame.area.left() && x <= frame.area.right()) {
    painter.setPen(mark.pen);
    painter.drawLine(QPointF(x, frame.area.top()), QPointF(x, frame.area.bottom()));
  }
}

void paintMarkText(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame,
                   const ChartMark& mark) {
  const double x = frame.xAt(mark.x);
  const TextStyle words{TextRole::kSmall, theme.colors.text};
  const bool fits = x + theme.spacing + textWidth(theme, mark.text, words) < frame.area.right();
  drawText(painter, theme, {x + (fits ? theme.spacing : -theme.spacing), frame.area.top()},
           (fits ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignTop, mark.text, words);
}

std::optional<std::size_t> recordAt(const ChartSeries& series, double x, double reach) {
  if (!series.hasBins()) {
    return nearestRecord(series, x, reach);
  }
  const auto after = std::upper_bound(series.x.begin(), series.x.end(), x);
  const auto bin = after - series.x.begin() - 1;
  return bin < 0 || static_cast<std::size_t>(bin) >= series.y.size()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(bin));
}

}  // namespace

ChartFrame frameOf(const PlotTheme& theme, const QRectF& area, const Chart& chart) {
  return framed(theme, belowLegend(theme, area, rowsOf(theme, area, chart)), chart);
}

void paintChart(QPainter& painter, const PlotTheme& theme, const QRectF& area, const Chart& chart) {
  const LegendRows rows = rowsOf(theme, area, chart);
  const QRectF below = belowLegend(theme, area, rows);
  const ChartFrame frame = framed(theme, below, chart);
  if (chart.bare) {
    painter.setPen(theme.axisPen());
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(frame.area);
  } else {
    paintAxes(painter, theme, frame);
    paintLabels(painter, theme, below, frame);
  }
  paintContents(painter, theme, frame, chart);
  paintLegend(painter, theme,
              {frame.area.left(), area.top() + 2.0 * theme.spacing, frame.area.width(), below.top()}, rows);
}

void paintContents(QPainter& painter, const PlotTheme& theme, const ChartFrame& frame, const Chart& chart) {
  const double air = 2.0 * theme.line;  // lines along an end of the axes are whole
  painter.save();
  painter.setClipRect(frame.area.adjusted(-air, -air, air, air), Qt::IntersectClip);
  for (const ChartSeries& series : chart.series) {
    if (series.style == ChartSeries::Style::kBars) {
      paintSeries(painter, frame, series);
    }
    paintSpread(painter, frame, series);
  }
  for (const ChartMark& mark : chart.marks) {
    paintMark(painter, frame, mark);
  }
  for (const ChartSeries& series : chart.series) {
    if (series.style != ChartSeries::Style::kBars) {
      paintSeries(painter, frame, series);
    }
  }
  painter.restore();
  for (const ChartMark& mark : chart.marks) {
    paintMarkText(painter, theme, frame, mark);
  }
}

std::vector<std::optional<std::size_t>> recordsAt(const Chart& chart, double x, double reach) {
  std::vector<std::optional<std::size_t>> records;
  for (const ChartSeries& series : chart.series) {
    records.push_back(recordAt(series, x, reach));
  }
  return records;
}

}  // namespace alidade
