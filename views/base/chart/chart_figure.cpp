// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/chart/chart_figure.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <QPainter>

namespace alidade {
namespace {

constexpr double kHeadroom = 0.04;  // of the vertical axis, above its values
constexpr double kBareAir = 0.04;   // around an embedding

QPen penOf(const ChartLine& line, std::size_t place, const PlotTheme& theme) {
  const auto& runs = theme.colors.runs;
  const double width = line.style == ChartSeries::Style::kBars ? theme.hairline : 1.2 * theme.line;
  QPen pen(line.color.isValid() ? line.color : runs[place % runs.size()], width, Qt::SolidLine, Qt::FlatCap,
           Qt::RoundJoin);
  if (line.dashed) {
    pen.setDashPattern({4.0, 2.5});
  }
  return pen;
}

LegendEntry entryOf(const ChartLine& line, const QPen& pen, const PlotTheme& theme) {
  if (line.style == ChartSeries::Style::kPoints) {
    return {LegendEntry::Mark::kDot, pen, line.name};
  }
  const bool bars = line.style == ChartSeries::Style::kBars;
  return {LegendEntry::Mark::kLine, bars ? QPen(pen.color(), 2.0 * theme.line) : pen, line.name};
}

/// The ends of an axis that shows the range: never equal, and some whatever the range.
void fitEnds(ChartAxis& axis, const ChartRange& range) {
  if (range.empty) {
    const ChartAxis none = fittedAxis(0.0, -1.0, axis.scale);
    axis.low = none.low;
    axis.high = none.high;
  } else if (range.high - range.low < 1e-12 * std::max(1.0, std::abs(range.high))) {
    axis.low = range.low;
    axis.high = range.low + (range.low == 0.0 ? 1.0 : std::abs(range.low));
  } else {
    axis.low = range.low;
    axis.high = range.high;
  }
}

void fitAxes(ChartPanel& panel) {
  ChartRange x, y;
  std::set<double> places;
  for (const ChartLine& line : panel.lines) {
    x.add(line.x, panel.x);
    for (const auto* values : {&line.y, &line.low, &line.high}) {
      y.add(*values, panel.y);
    }
    places.insert(line.x.begin(), line.x.end());
  }
  if (panel.y_from_zero) {
    y.add(0.0);
  }
  fitEnds(panel.x, x);
  fitEnds(panel.y, y);
  if (panel.y.logarithmic()) {
    const ChartAxis fitted = fittedAxis(panel.y.low, panel.y.high, panel.y.scale);
    panel.y.low = fitted.low;
    panel.y.high = fitted.high;
  } else if (!panel.bare) {
    panel.y.high += kHeadroom * (panel.y.high - panel.y.low);
  }
  if (panel.x_ticks_at_values) {
    panel.x.ticks.assign(places.begin(), places.end());
  }
}

/// Equal scales in the frame, with air around the values.
void makeScalesEqual(Chart& chart, const QSizeF& size) {
  const double unit = (1.0 + 2.0 * kBareAir) * std::max((chart.x.high - chart.x.low) / size.width(),
                                                        (chart.y.high - chart.y.low) / size.height());
  const auto widenTo = [](ChartAxis& axis, double span) {
    const double middle = 0.5 * (axis.low + axis.high);
    axis.low = middle - 0.5 * span;
    axis.high = middle + 0.5 * span;
  };
  widenTo(chart.x, unit * size.width());
  widenTo(chart.y, unit * size.height());
}

QRectF belowTitle(const QRectF& area, const PlotTheme& theme) {
  return area.adjusted(0.0, 2.0 * theme.spacing + lineHeight(theme, TextRole::kTitle), 0.0, 0.0);
}

}  // namespace

ChartFigure::ChartFigure(Content content) : content_(std::move(content)) {
  for (ChartPanel& panel : content_.panels) {
    fitAxes(panel);
  }
}

QRectF ChartFigure::place(std::size_t panel, const QRectF& area) const {
  const auto columns = static_cast<std::size_t>(std::max(1, content_.columns));
  const std::size_t rows = (content_.panels.size() + columns - 1) / columns;
  const double width = area.width() / static_cast<double>(columns);
  const double height = area.height() / static_cast<double>(std::max<std::size_t>(1, rows));
  return {area.left() + static_cast<double>(panel % columns) * width,
          area.top() + static_cast<double>(panel / columns) * height, width, height};
}

Chart ChartFigure::chart(const ChartPanel& panel, const QRectF& area, const PlotTheme& theme) const {
  Chart chart{panel.x, panel.y};
  chart.bare = panel.bare;
  for (std::size_t i = 0; i < panel.lines.size(); ++i) {
    const ChartLine& line = panel.lines[i];
    const QPen pen = penOf(line, i, theme);
    chart.series.push_back({pen, line.x, line.y, line.low, line.high, line.style, line.spread});
    if (!line.name.isEmpty() && !line.y.empty()) {
      chart.legend.push_back(entryOf(line, pen, theme));
    }
  }
  if (chart.bare) {
    makeScalesEqual(chart, frameOf(theme, area, chart).area.size());
  }
  return chart;
}

ChartFrame ChartFigure::frame(std::size_t panel, const QRectF& area, const PlotTheme& theme) const {
  const QRectF below = belowTitle(place(panel, area), theme);
  return frameOf(theme, below, chart(content_.panels[panel], below, theme));
}

void ChartFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  const TextStyle bold{TextRole::kBody, {}, false, true};
  for (std::size_t i = 0; i < content_.panels.size(); ++i) {
    const ChartPanel& panel = content_.panels[i];
    const QRectF own = place(i, area);
    drawText(painter, theme, {own.center().x(), own.top() + 2.0 * theme.spacing},
             Qt::AlignHCenter | Qt::AlignTop,
             elided(theme, panel.title, own.width() - 4.0 * theme.spacing, bold), bold);
    const QRectF below = belowTitle(own, theme);
    paintChart(painter, theme, below, chart(panel, below, theme));
  }
  painter.restore();
}

}  // namespace alidade
