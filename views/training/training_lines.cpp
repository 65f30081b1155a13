// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_lines.h"

#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPolygonF>

namespace alidade {
namespace {

constexpr double kPaleOpacity = 0.38;
constexpr double kBandOpacity = 0.16;
constexpr qsizetype kFewDots = 60;
constexpr double kColumn = 1.0;  // logical units that several records of a line may share

/// Positions of the records in the window, and one more to each side so that lines reach its edges.
std::pair<std::size_t, std::size_t> inWindow(const std::vector<double>& steps, const TrainingAxes& axes) {
  const auto begin = std::lower_bound(steps.begin(), steps.end(), axes.first);
  const auto end = std::upper_bound(begin, steps.end(), axes.last);
  return {static_cast<std::size_t>(begin - steps.begin()) - (begin != steps.begin() ? 1 : 0),
          static_cast<std::size_t>(end - steps.begin()) + (end != steps.end() ? 1 : 0)};
}

/// The records between two gaps, in columns as narrow as can be seen: of each the first place, and the least
/// and the greatest height.
struct Stretch {
  QPolygonF upper, lower;
  bool thinned = false;

  void add(const QPointF& point) {
    if (!upper.isEmpty() && point.x() - upper.back().x() < kColumn) {
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

std::vector<Stretch> stretchesOf(const TrainingAxes& axes, const TrainingLine& line) {
  std::vector<Stretch> all;
  const auto [begin, end] = inWindow(line.steps, axes);
  bool open = false;
  for (std::size_t i = begin; i < end; ++i) {
    const bool draws = axes.draws(line.values[i]);
    if (draws && !open) {
      all.emplace_back();
    }
    open = draws;
    if (draws) {
      all.back().add({axes.x(line.steps[i]), axes.y(line.values[i])});
    }
  }
  return all;
}

}  // namespace

QPen palePen(const PlotTheme& theme, QColor color) {
  color.setAlphaF(static_cast<float>(kPaleOpacity));
  return {color, 0.6 * theme.line, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin};
}

QPen bandPen(const PlotTheme& theme) {
  QColor color = theme.colors.muted;
  color.setAlphaF(static_cast<float>(1.6 * kBandOpacity));
  return {color, 0.6 * theme.text_size, Qt::SolidLine, Qt::FlatCap};
}

QPen boundaryPen(const PlotTheme& theme) {
  QPen pen(theme.colors.muted, theme.hairline, Qt::SolidLine, Qt::FlatCap);
  pen.setDashPattern({3.0, 3.0});
  return pen;
}

void paintLine(QPainter& painter, const TrainingAxes& axes, const TrainingLine& line, const QPen& pen,
               bool dots) {
  const auto stretches = stretchesOf(axes, line);
  qsizetype points = 0;
  for (const Stretch& stretch : stretches) {
    points += stretch.upper.size();
  }
  const bool solid = pen.style() == Qt::SolidLine;
  const double radius = 1.3 * pen.widthF();
  for (const Stretch& stretch : stretches) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    if (stretch.thinned && solid) {
      // Filling the columns looks as their many lines would, and takes a small part of the time.
      painter.drawPolygon(stretch.area(0.5 * pen.widthF()));
      continue;
    }
    if (stretch.upper.size() == 1 || (dots && points <= kFewDots)) {
      for (const QPointF& point : stretch.upper) {
        painter.drawEllipse(point, radius, radius);
      }
    }
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(stretch.middle());
  }
}

void paintBand(QPainter& painter, const PlotTheme& theme, const TrainingAxes& axes,
               const TrainingCurve& curve) {
  if (curve.low.empty()) {
    return;
  }
  const auto [begin, end] = inWindow(curve.bold.steps, axes);
  QPolygonF band;
  for (std::size_t i = begin; i < end; ++i) {
    if (axes.draws(curve.low[i])) {
      band << QPointF(axes.x(curve.bold.steps[i]), axes.y(curve.high[i]));
    }
  }
  for (std::size_t i = end; i-- > begin;) {
    if (axes.draws(curve.low[i])) {
      band << QPointF(axes.x(curve.bold.steps[i]), axes.y(curve.low[i]));
    }
  }
  QColor color = runPen(theme, curve.style, 1.0).color();
  color.setAlphaF(static_cast<float>(kBandOpacity));
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawPolygon(band);
}

void widen(const std::vector<double>& steps, const std::vector<double>& values, double first, double last,
           bool logarithmic, double& low, double& high) {
  const auto begin = std::lower_bound(steps.begin(), steps.end(), first) - steps.begin();
  const auto end = std::upper_bound(steps.begin(), steps.end(), last) - steps.begin();
  for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(std::max(begin, end)); ++i) {
    if (canDraw(values[i], logarithmic)) {
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
    }
  }
}

std::optional<std::size_t> nearestRecord(const TrainingLine& line, double step, double reach) {
  const auto place = std::lower_bound(line.steps.begin(), line.steps.end(), step) - line.steps.begin();
  std::optional<std::size_t> nearest;
  const auto consider = [&](std::size_t i) {
    const double off = std::abs(line.steps[i] - step);
    if (std::isfinite(line.values[i]) && off <= reach &&
        (!nearest || off < std::abs(line.steps[*nearest] - step))) {
      nearest = i;
    }
  };
  for (auto i = static_cast<std::size_t>(place); i < line.steps.size(); ++i) {
    consider(i);
    if (nearest || line.steps[i] - step > reach) {
      break;
    }
  }
  for (auto i = static_cast<std::size_t>(place); i-- > 0;) {
    consider(i);
    if (std::isfinite(line.values[i]) || step - line.steps[i] > reach) {
      break;
    }
  }
  return nearest;
}

double recordSpacing(const TrainingLine& line) {
  const auto count = line.steps.size();
  return count < 2 ? 0.0 : (line.steps.back() - line.steps.front()) / static_cast<double>(count - 1);
}

}  // namespace alidade
