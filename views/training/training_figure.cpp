// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_figure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include <QPainter>

#include "views/base/plot.h"
#include "views/training/training_pens.h"

namespace alidade {
namespace {

ChartSeries seriesOf(const TrainingLine& line, const QPen& pen) {
  return {pen, line.steps, line.values};
}

/// An axis that leaves some air and begins at zero where that is near; losses and accuracies do not fall
/// below it.
ChartAxis valueAxis(const ChartRange& range, ChartScale scale, bool percent) {
  if (range.empty || scale == ChartScale::kLogarithmic) {
    ChartAxis axis = fittedAxis(range.low, range.empty ? -1.0 : range.high, scale);
    axis.high = range.empty && percent ? 100.0 : axis.high;
    return axis;
  }
  const bool from_zero = range.low >= 0.0 && range.low < 0.5 * range.high;
  ChartAxis axis = fittedAxis(from_zero ? 0.0 : range.low, range.high, scale);
  axis.low = from_zero || range.low == 0.0 ? 0.0 : axis.low;
  axis.high = percent ? std::max(range.high, std::min(100.0, axis.high)) : axis.high;
  return axis;
}

}  // namespace

TrainingFigure::TrainingFigure(std::shared_ptr<const TrainingPlots> plots, Window window)
    : plots_(std::move(plots)), window_(std::move(window)) {
  const auto [first, last] = steps();
  for (const TrainingPlot& plot : plots_->plots) {
    ChartAxis drawn;
    drawn.scale = window_.logarithmic && !plot.quantity.linear ? ChartScale::kLogarithmic : drawn.scale;
    ChartRange range;
    for (const TrainingCurve& curve : plot.curves) {
      for (const TrainingLine& line : curve.pale) {
        widen(range, seriesOf(line, {}), first, last, drawn);
      }
      widen(range, seriesOf(curve.bold, {}), first, last, drawn);
    }
    values_.push_back(valueAxis(range, drawn.scale, plot.quantity.accuracy));
  }
}

std::pair<double, double> TrainingFigure::steps() const {
  return window_.steps.value_or(std::pair(0.0, plots_->last_step));
}

TrainingLayout TrainingFigure::layout(const QRectF& area, const PlotTheme& theme) const {
  ChartAxis along;
  std::tie(along.low, along.high) = steps();
  along.counts = true;
  std::vector<ChartFrame> frames;
  for (const ChartAxis& values : values_) {
    frames.push_back({{}, along, values});
  }
  return layoutTraining(*plots_, frames, area, theme);
}

std::vector<ChartFrame> TrainingFigure::frames(const QRectF& area, const PlotTheme& theme) const {
  std::vector<ChartFrame> all;
  for (const TrainingLayout::Panel& panel : layout(area, theme).panels) {
    all.push_back(panel.frame);
  }
  return all;
}

Chart TrainingFigure::chart(std::size_t index, const PlotTheme& theme) const {
  const TrainingPlot& plot = plots_->plots[index];
  Chart chart;
  for (const double step : plots_->boundaries) {
    chart.marks.push_back({step, boundaryPen(theme)});
  }
  for (const TrainingCurve& curve : plot.curves) {
    for (const TrainingLine& line : curve.pale) {
      chart.series.push_back(seriesOf(line, palePen(theme, runPen(theme, curve.style, 1.0).color())));
    }
  }
  for (const TrainingCurve& curve : plot.curves) {
    ChartSeries bold = seriesOf(curve.bold, runPen(theme, curve.style, 1.2 * theme.line));
    bold.low = curve.low;
    bold.high = curve.high;
    bold.dots = plot.quantity.sparse;
    chart.series.push_back(bold);
  }
  return chart;
}

void TrainingFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  painter.setClipRect(area, Qt::IntersectClip);
  const TrainingLayout places = layout(area, theme);
  paintLegend(painter, theme, places.legend_area, places.legend);
  for (std::size_t i = 0; i < places.panels.size(); ++i) {
    paintPanel(painter, theme, places.panels[i], i);
  }
  painter.restore();
}

void TrainingFigure::paintPanel(QPainter& painter, const PlotTheme& theme, const TrainingLayout::Panel& panel,
                                std::size_t index) const {
  const TrainingPlot& plot = plots_->plots[index];
  const auto& [title, frame, step_labels] = panel;
  paintAxes(painter, theme, frame, step_labels);
  paintContents(painter, theme, frame, chart(index, theme));
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
        {frame.area.center().x(), frame.area.bottom() + theme.spacing + lineHeight(theme, TextRole::kSmall)},
        Qt::AlignHCenter | Qt::AlignTop, QStringLiteral("step"), muted);
  }
}

std::optional<double> TrainingFigure::recordedStep(std::size_t plot, double step) const {
  std::optional<double> nearest;
  for (const TrainingCurve& curve : plots_->plots[plot].curves) {
    const auto at = nearestRecord(seriesOf(curve.bold, {}), step, std::numeric_limits<double>::infinity());
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
    const ChartSeries bold = seriesOf(curve.bold, {});
    if (const auto at = nearestRecord(bold, step, recordSpacing(bold))) {
      reading.step = curve.bold.steps[*at];
      reading.value = curve.bold.values[*at];
      if (!curve.low.empty()) {
        reading.span = {curve.low[*at], curve.high[*at]};
      } else if (!curve.arm && !curve.pale.empty()) {
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
             plot.smoothed ? cell(bold) : Table::Cell(),
             curve.low.empty() ? Table::Cell() : cell(curve.low[i]),
             curve.high.empty() ? Table::Cell() : cell(curve.high[i])});
      }
    }
  }
  return table;
}

}  // namespace alidade
