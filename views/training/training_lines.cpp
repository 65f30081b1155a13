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
constexpr double kColumn = 0.75;  // logical units that several records of a line may share

/// Positions of the records in the window, and one more to each side so that lines reach its edges.
std::pair<std::size_t, std::size_t> inWindow(const std::vector<double>& steps, const TrainingAxes& axes) {
  const auto begin = std::lower_bound(steps.begin(), steps.end(), axes.first);
  const auto end = std::upper_bound(begin, steps.end(), axes.last);
  return {static_cast<std::size_t>(begin - steps.begin()) - (begin != steps.begin() ? 1 : 0),
          static_cast<std::size_t>(end - steps.begin()) + (end != steps.end() ? 1 : 0)};
}

/// The points between two gaps, thinned to what can be seen.
class Stretch {
 public:
  void add(const QPointF& point) {
    if (!points_.isEmpty() && point.x() - column_ < kColumn) {
      low_ = std::min(low_, point.y());
      high_ = std::max(high_, point.y());
      last_ = point;
      ++held_;
      return;
    }
    close();
    points_ << point;
    column_ = point.x();
    low_ = high_ = point.y();
    last_ = point;
    held_ = 0;
  }
  const QPolygonF& close() {
    if (held_ > 0) {
      points_ << QPointF(last_.x(), low_) << QPointF(last_.x(), high_) << last_;
      held_ = 0;
    }
    return points_;
  }

 private:
  QPolygonF points_;
  QPointF last_;
  double column_ = 0.0, low_ = 0.0, high_ = 0.0;
  int held_ = 0;
};

std::vector<QPolygonF> stretchesOf(const TrainingAxes& axes, const TrainingLine& line) {
  std::vector<QPolygonF> all;
  const auto [begin, end] = inWindow(line.steps, axes);
  Stretch now;
  for (std::size_t i = begin; i < end; ++i) {
    if (axes.draws(line.values[i])) {
      now.add({axes.x(line.steps[i]), axes.y(line.values[i])});
    } else if (!now.close().isEmpty()) {
      all.push_back(now.close());
      now = {};
    }
  }
  if (!now.close().isEmpty()) {
    all.push_back(now.close());
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
  for (const QPolygonF& stretch : stretches) {
    points += stretch.size();
  }
  const double radius = 1.3 * pen.widthF();
  for (const QPolygonF& stretch : stretches) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(pen);
    painter.drawPolyline(stretch);
    if (stretch.size() == 1 || (dots && points <= kFewDots)) {
      painter.setPen(Qt::NoPen);
      painter.setBrush(pen.color());
      for (const QPointF& point : stretch) {
        painter.drawEllipse(point, radius, radius);
      }
    }
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
