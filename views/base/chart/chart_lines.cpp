// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <vector>

#include <QPainter>
#include <QPolygonF>

#include "views/base/chart/chart_paint.h"

namespace alidade {
namespace {

constexpr qsizetype kFewDots = 60;
constexpr double kColumn = 1.0;  // logical units that several records of a line may share
constexpr double kDotRadius = 1.3;

/// The records between two gaps, in columns as narrow as can be seen: of each the first place, and the least
/// and the greatest height.
struct Stretch {
  QPolygonF upper, lower;
  bool thinned = false;

  void add(const QPointF& point) {
    if (!upper.isEmpty() && std::abs(point.x() - upper.back().x()) < kColumn) {
      upper.back().setY(std::min(upper.back().y(), point.y()));
      lower.back().setY(std::max(lower.back().y(), point.y()));
      thinned = true;
      return;
    }
    upper << point;
    lower << point;
  }
  /// Half way between the two; the records themselves where there is one a column.
  QPolygonF middle() const {
    QPolygonF line;
    for (qsizetype i = 0; i < upper.size(); ++i) {
      line << 0.5 * (upper[i] + lower[i]);
    }
    return line;
  }
  /// All between the two, and `air` beyond.
  QPolygonF area(double air) const {
    QPolygonF outline;
    for (const QPointF& point : upper) {
      outline << point - QPointF(0.0, air);
    }
    for (qsizetype i = lower.size(); i-- > 0;) {
      outline << lower[i] + QPointF(0.0, air);
    }
    return outline;
  }
};

std::vector<Stretch> stretchesOf(const ChartFrame& frame, const ChartSeries& series) {
  std::vector<Stretch> all;
  const auto [begin, end] = recordsIn(frame.x, series.x);
  bool open = false;
  for (std::size_t i = begin; i < end; ++i) {
    const bool draws = frame.draws(series.x[i], series.y[i]);
    if (draws && !open) {
      all.emplace_back();
    }
    open = draws;
    if (draws) {
      all.back().add(frame.map(series.x[i], series.y[i]));
    }
  }
  return all;
}

void paintDots(QPainter& painter, const QPolygonF& points, const QPen& pen) {
  painter.setPen(Qt::NoPen);
  painter.setBrush(pen.color());
  for (const QPointF& point : points) {
    painter.drawEllipse(point, kDotRadius * pen.widthF(), kDotRadius * pen.widthF());
  }
}

}  // namespace

std::pair<std::size_t, std::size_t> recordsIn(const ChartAxis& axis, std::span<const double> x) {
  if (!std::is_sorted(x.begin(), x.end())) {
    return {0, x.size()};
  }
  const auto begin = std::lower_bound(x.begin(), x.end(), axis.low);
  const auto end = std::upper_bound(begin, x.end(), axis.high);
  return {static_cast<std::size_t>(begin - x.begin()) - (begin != x.begin() ? 1 : 0),
          static_cast<std::size_t>(end - x.begin()) + (end != x.end() ? 1 : 0)};
}

void paintChartLine(QPainter& painter, const ChartFrame& frame, const ChartSeries& series) {
  const auto stretches = stretchesOf(frame, series);
  qsizetype points = 0;
  for (const Stretch& stretch : stretches) {
    points += stretch.upper.size();
  }
  const bool solid = series.pen.style() == Qt::SolidLine;
  for (const Stretch& stretch : stretches) {
    if (stretch.thinned && solid) {
      // Filling the columns looks as their many lines would, and takes a small part of the time.
      painter.setPen(Qt::NoPen);
      painter.setBrush(series.pen.color());
      painter.drawPolygon(stretch.area(0.5 * series.pen.widthF()));
      continue;
    }
    if (stretch.upper.size() == 1 || (series.dots && points <= kFewDots)) {
      paintDots(painter, stretch.upper, series.pen);
    }
    painter.setPen(series.pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(stretch.middle());
  }
}

void paintChartPoints(QPainter& painter, const ChartFrame& frame, const ChartSeries& series) {
  QPolygonF points;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (frame.draws(series.x[i], series.y[i])) {
      points << frame.map(series.x[i], series.y[i]);
    }
  }
  paintDots(painter, points, series.pen);
}

}  // namespace alidade
