// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_figure.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QPainter>

#include "views/base/plot.h"
#include "views/training/training_lines.h"

namespace alidade {
namespace {

/// Ends of a value axis that leave some air and are never equal.
std::pair<double, double> axisOf(double low, double high, bool logarithmic, bool percent) {
  if (!(low <= high)) {
    return logarithmic ? std::pair(0.1, 1.0) : std::pair(0.0, percent ? 100.0 : 1.0);
  }
  if (logarithmic) {
    const double air = std::max(std::pow(high / low, 0.05), 1.05);
    return {low / air, high * air};
  }
  if (low > 0.0 && low < 0.5 * high) {
    low = 0.0;
  }
  const double span = high > low ? high - low : std::max(std::abs(high), 1e-9);
  const double top = percent ? std::max(high, std::min(100.0, high + 0.05 * span)) : high + 0.05 * span;
  return {low == 0.0 ? 0.0 : low - 0.05 * span, top > low ? top : low + span};
}

}  // namespace

TrainingFigure::TrainingFigure(std::shared_ptr<const TrainingPlots> plots, Window window)
    : plots_(std::move(plots)), window_(std::move(window)) {
  const auto [first, last] = steps();
  for (const TrainingPlot& plot : plots_->plots) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const TrainingCurve& curve : plot.curves) {
      for (const TrainingLine& line : curve.pale) {
        widen(line.steps, line.values, first, last, logarithmic(plot), low, high);
      }
      widen(curve.bold.steps, curve.bold.values, first, last, logarithmic(plot), low, high);
    }
    ranges_.push_back(axisOf(low, high, logarithmic(plot), plot.quantity.accuracy));
  }
}

std::pair<double, double> TrainingFigure::steps() const {
  return window_.steps.value_or(std::pair(0.0, plots_->last_step));
}

TrainingLayout TrainingFigure::layout(const QRectF& area, const PlotTheme& theme) const {
  std::vector<TrainingAxes> axes;
  const auto [first, last] = steps();
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    axes.push_back({{}, first, last, ranges_[i].first, ranges_[i].second, logarithmic(plots_->plots[i])});
  }
  return layoutTraining(*plots_, axes, area, theme);
}

std::vector<TrainingAxes> TrainingFigure::axes(const QRectF& area, const PlotTheme& theme) const {
  std::vector<TrainingAxes> all;
  for (const TrainingLayout::Panel& panel : layout(area, theme).panels) {
    all.push_back(panel.axes);
  }
  return all;
}

void TrainingFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  painter.setClipRect(area, Qt::IntersectClip);
  const TrainingLayout places = layout(area, theme);
  const double small = lineHeight(theme, TextRole::kSmall);
  for (std::size_t row = 0; row < places.legend.size(); ++row) {
    drawLegend(painter, theme,
               {places.legend_area.left(), places.legend_area.top() + static_cast<double>(row) * small,
                places.legend_area.width() + 1.0, small},
               places.legend[row]);
  }
  for (std::size_t i = 0; i < places.panels.size(); ++i) {
    paintPanel(painter, theme, places, i);
  }
  painter.restore();
}

void TrainingFigure::paintPanel(QPainter& painter, const PlotTheme& theme, const TrainingLayout& layout,
                                std::size_t index) const {
  const TrainingPlot& plot = plots_->plots[index];
  const auto& [title, axes, step_labels] = layout.panels[index];
  paintTrainingAxes(painter, theme, axes, step_labels);
  painter.save();
  painter.setClipRect(axes.area.adjusted(0.0, -2.0 * theme.line, 2.0 * theme.line, 2.0 * theme.line),
                      Qt::IntersectClip);
  for (const double step : plots_->boundaries) {
    if (step > axes.first && step < axes.last) {
      painter.setPen(boundaryPen(theme));
      painter.drawLine(QPointF(axes.x(step), axes.area.top()), QPointF(axes.x(step), axes.area.bottom()));
    }
  }
  for (const TrainingCurve& curve : plot.curves) {
    paintBand(painter, theme, axes, curve);
  }
  for (const TrainingCurve& curve : plot.curves) {
    for (const TrainingLine& line : curve.pale) {
      paintLine(painter, axes, line, palePen(theme, runPen(theme, curve.style, 1.0).color()), false);
    }
  }
  for (const TrainingCurve& curve : plot.curves) {
    paintLine(painter, axes, curve.bold, runPen(theme, curve.style, 1.2 * theme.line), plot.quantity.sparse);
  }
  painter.restore();
  const QString name = elided(theme, plot.quantity.title, title.width(), {TextRole::kSmall});
  drawText(painter, theme, title.topLeft(), Qt::AlignLeft | Qt::AlignTop, name, {TextRole::kSmall});
  const double used = textWidth(theme, name, {TextRole::kSmall});
  const QString how = QStringLiteral(" \u00b7 EMA %1").arg(plots_->smoothing, 0, 'f', 2);
  const TextStyle muted{TextRole::kSmall, theme.colors.muted};
  if (plot.smoothed && used + textWidth(theme, how, muted) < title.width()) {
    drawText(painter, theme, title.topLeft() + QPointF(used, 0.0), Qt::AlignLeft | Qt::AlignTop, how, muted);
  }
  if (step_labels) {
    drawText(
        painter, theme,
        {axes.area.center().x(), axes.area.bottom() + theme.spacing + lineHeight(theme, TextRole::kSmall)},
        Qt::AlignHCenter | Qt::AlignTop, QStringLiteral("step"), muted);
  }
}

std::optional<double> TrainingFigure::recordedStep(std::size_t plot, double step) const {
  std::optional<double> nearest;
  for (const TrainingCurve& curve : plots_->plots[plot].curves) {
    const auto at = nearestRecord(curve.bold, step, std::numeric_limits<double>::infinity());
    if (at && (!nearest || std::abs(curve.bold.steps[*at] - step) < std::abs(*nearest - step))) {
      nearest = curve.bold.steps[*at];
    }
  }
  return nearest;
}

std::vector<TrainingFigure::Reading> TrainingFigure::readings(std::size_t plot, double step) const {
  std::vector<Reading> all;
  for (const TrainingCurve& curve : plots_->plots[plot].curves) {
    Reading reading{curve.name, curve.style, {}, 0.0, {}, {}};
    if (const auto at = nearestRecord(curve.bold, step, recordSpacing(curve.bold))) {
      reading.step = curve.bold.steps[*at];
      reading.value = curve.bold.values[*at];
      if (curve.arm) {
        reading.span = {curve.low[*at], curve.high[*at]};
      } else if (!curve.pale.empty()) {
        reading.raw = curve.pale.front().values[*at];
      }
    }
    all.push_back(std::move(reading));
  }
  return all;
}

Table TrainingFigure::data() const {
  Table table;
  table.columns = {"run", "seeds", "quantity", "step", "value", "smoothed", "least", "greatest"};
  const auto [first, last] = steps();
  const auto cell = [](double value) { return std::isfinite(value) ? Table::Cell(value) : Table::Cell(); };
  for (const TrainingPlot& plot : plots_->plots) {
    for (const TrainingCurve& curve : plot.curves) {
      for (std::size_t i = 0; i < curve.bold.steps.size(); ++i) {
        if (curve.bold.steps[i] < first || curve.bold.steps[i] > last) {
          continue;
        }
        const bool raw = !curve.arm && !curve.pale.empty();
        const double bold = curve.bold.values[i];
        table.rows.push_back(
            {curve.name.toStdString(), static_cast<double>(curve.runs), plot.quantity.title.toStdString(),
             curve.bold.steps[i],
             raw ? cell(curve.pale.front().values[i]) : (plot.smoothed ? Table::Cell() : cell(bold)),
             plot.smoothed ? cell(bold) : Table::Cell(), curve.arm ? cell(curve.low[i]) : Table::Cell(),
             curve.arm ? cell(curve.high[i]) : Table::Cell()});
      }
    }
  }
  return table;
}

}  // namespace alidade
