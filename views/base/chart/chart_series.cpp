// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/chart/chart_series.h"

#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPolygonF>

#include "views/base/chart/chart_paint.h"

namespace alidade {
namespace {

constexpr float kBandOpacity = 0.16F;
constexpr float kBarOpacity = 0.35F;
constexpr double kBarEnd = 2.5;  // half width of an error bar's end, in line widths

/// The height from which bars rise.
double baseOf(const ChartAxis& y) {
  return y.logarithmic() ? y.low : std::clamp(0.0, y.low, y.high);
}

void paintBand(QPainter& painter, const ChartFrame& frame, const ChartSeries& series) {
  const auto [begin, end] = recordsIn(frame.x, series.x);
  const auto draws = [&](std::size_t i) {
    return frame.draws(series.x[i], series.low[i]) && frame.y.draws(series.high[i]);
  };
  QPolygonF band;
  for (std::size_t i = begin; i < end; ++i) {
    if (draws(i)) {
      band << frame.map(series.x[i], series.high[i]);
    }
  }
  for (std::size_t i = end; i-- > begin;) {
    if (draws(i)) {
      band << frame.map(series.x[i], series.low[i]);
    }
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(bandColor(series.pen.color()));
  painter.drawPolygon(band);
}

void paintErrorBars(QPainter& painter, const ChartFrame& frame, const ChartSeries& series) {
  painter.setPen(QPen(series.pen.color(), series.pen.widthF(), Qt::SolidLine, Qt::FlatCap));
  const QPointF side(kBarEnd * series.pen.widthF(), 0.0);
  for (std::size_t i = 0; i < series.low.size(); ++i) {
    if (!frame.draws(series.x[i], series.low[i]) || !frame.y.draws(series.high[i])) {
      continue;
    }
    const QPointF low = frame.map(series.x[i], series.low[i]), high = frame.map(series.x[i], series.high[i]);
    painter.drawLine(low, high);
    painter.drawLine(low - side, low + side);
    painter.drawLine(high - side, high + side);
  }
}

void paintBars(QPainter& painter, const ChartFrame& frame, const ChartSeries& series) {
  const double base = baseOf(frame.y);
  QColor fill = series.pen.color();
  fill.setAlphaF(kBarOpacity);
  painter.setPen(series.pen);
  painter.setBrush(fill);
  for (std::size_t i = 0; i < series.y.size(); ++i) {
    if (frame.y.draws(series.y[i]) && series.y[i] != base) {
      painter.drawRect(
          QRectF(frame.map(series.x[i], series.y[i]), frame.map(series.x[i + 1], base)).normalized());
    }
  }
}

void paintSteps(QPainter& painter, const ChartFrame& frame, const ChartSeries& series) {
  if (series.y.empty()) {
    return;
  }
  const double base = baseOf(frame.y);
  QPolygonF outline{frame.map(series.x.front(), base)};
  for (std::size_t i = 0; i < series.y.size(); ++i) {
    const double top = frame.y.draws(series.y[i]) ? series.y[i] : base;
    outline << frame.map(series.x[i], top) << frame.map(series.x[i + 1], top);
  }
  outline << frame.map(series.x.back(), base);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(series.pen);
  painter.drawPolyline(outline);
}

}  // namespace

QColor bandColor(const QColor& color) {
  QColor pale = color;
  pale.setAlphaF(kBandOpacity);
  return pale;
}

void paintSpread(QPainter& painter, const ChartFrame& frame, const ChartSeries& series) {
  if (series.low.empty()) {
    return;
  }
  if (series.spread == ChartSeries::Spread::kErrorBars) {
    paintErrorBars(painter, frame, series);
  } else {
    paintBand(painter, frame, series);
  }
}

void paintSeries(QPainter& painter, const ChartFrame& frame, const ChartSeries& series) {
  switch (series.style) {
    case ChartSeries::Style::kLine:
      return paintChartLine(painter, frame, series);
    case ChartSeries::Style::kPoints:
      return paintChartPoints(painter, frame, series);
    case ChartSeries::Style::kSteps:
      return paintSteps(painter, frame, series);
    case ChartSeries::Style::kBars:
      return paintBars(painter, frame, series);
  }
}

}  // namespace alidade
