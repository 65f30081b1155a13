// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/errors_figure.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QPainter>

#include "core/base/constants.h"
#include "views/base/chart/chart.h"
#include "views/base/chart/chart_readout.h"
#include "views/schedule_lab/figure_caption.h"
#include "views/schedule_lab/time_axes.h"

namespace alidade {
namespace {

constexpr double kLargestError = 1e5;    // of a logarithmic axis; a diverging path leaves it
constexpr double kSmallestError = 0.01;  // of a logarithmic axis, in its unit

/// One of the two plots.
struct Measure {
  const char* label;
  double SampleCurvePoint::*mean;
  double SampleCurvePoint::*deviation;
  double factor;  ///< to the label's unit
  bool logarithmic;
};

/// Translations fall over four decades, so theirs is a logarithmic axis.
constexpr std::array<Measure, 2> kMeasures{{{"rotation error (\u00b0)", &SampleCurvePoint::rotation_mean,
                                             &SampleCurvePoint::rotation_std, kDegreesPerRadian, false},
                                            {"translation error (cm)", &SampleCurvePoint::translation_mean,
                                             &SampleCurvePoint::translation_std, 100.0, true}}};

/// The numbers of a column's curve in the unit of a plot: t, mean, and one deviation to both sides.
struct ErrorCurve {
  std::vector<double> t, mean, low, high;
};

ErrorCurve curveOf(const ObjectSamples& samples, const Measure& measure) {
  ErrorCurve curve;
  for (const SampleCurvePoint& point : samples.curve) {
    const double mean = measure.factor * point.*measure.mean;
    const double deviation = measure.factor * point.*measure.deviation;
    curve.t.push_back(point.t);
    curve.mean.push_back(mean);
    curve.low.push_back(mean - deviation);
    curve.high.push_back(mean + deviation);
  }
  return curve;
}

ChartAxis errorAxis(const std::vector<ErrorCurve>& curves, const Measure& measure) {
  double low = 1e9, high = 0.0;
  for (const ErrorCurve& curve : curves) {
    for (std::size_t i = 0; i < curve.t.size(); ++i) {
      if (std::isfinite(curve.mean[i]) && std::isfinite(curve.high[i])) {
        low = std::min(low, curve.mean[i]);
        high = std::max(high, curve.high[i]);
      }
    }
  }
  const QString label = QString::fromUtf8(measure.label);
  if (measure.logarithmic) {
    high = std::clamp(high, 10.0 * kSmallestError, kLargestError);
    return {std::clamp(0.5 * low, kSmallestError, 0.5 * high), high, label, ChartScale::kLogarithmic};
  }
  return {0.0, std::max(1.0, 1.05 * high), label};
}

QRectF plotArea(const QRectF& area, const PlotTheme& theme, std::size_t plot) {
  const double gap = 2.0 * theme.spacing;
  const double width = 0.5 * (area.width() - 3.0 * gap);
  return {area.left() + gap + static_cast<double>(plot) * (width + gap), area.top() + gap, width,
          area.height() - 2.0 * gap};
}

/// One line above both plots.
void paintNames(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                const std::vector<ShownColumn>& columns) {
  std::vector<LegendEntry> entries;
  for (const ShownColumn& column : columns) {
    if (column.samples) {
      entries.push_back({LegendEntry::Mark::kLine, columnPen(theme, column.index, theme.line),
                         QString::fromStdString(column.samples->name)});
    }
  }
  drawLegend(painter, theme, area, entries);
}

void paintLetters(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                  const std::vector<ShownColumn>& columns) {
  std::vector<LegendEntry> entries;
  double width = 0.0;
  for (const ShownColumn& column : columns) {
    if (column.samples) {
      const QString text = columnLetter(column.index);
      entries.push_back({LegendEntry::Mark::kLine, columnPen(theme, column.index, theme.line), text});
      width += 1.5 * theme.text_size + textWidth(theme, text, {TextRole::kSmall}) + 4.5 * theme.spacing;
    }
  }
  drawLegend(painter, theme, QRectF(area.right() - width, area.top(), width, area.height()), entries);
}

}  // namespace

ErrorsFigure::ErrorsFigure(std::vector<ShownColumn> columns, std::optional<double> cursor, ErrorsStyle style)
    : columns_(std::move(columns)), cursor_(cursor), style_(std::move(style)) {}

QRectF ErrorsFigure::plots(const QRectF& area, const PlotTheme& theme) const {
  if (!style_.names) {
    return area;
  }
  const double gap = 2.0 * theme.spacing;
  const double below = captionHeight(theme, captionLines(theme, style_.caption, area.width() - 2.0 * gap));
  return area.adjusted(0.0, gap + lineHeight(theme, TextRole::kSmall), 0.0, -below);
}

void ErrorsFigure::paintPlot(QPainter& painter, const PlotTheme& theme, const QRectF& place,
                             std::size_t plot) const {
  Measure measure = kMeasures[plot];
  measure.logarithmic = measure.logarithmic || style_.logarithmic_rotation;
  std::vector<ErrorCurve> curves;
  for (const ShownColumn& column : columns_) {
    curves.push_back(column.samples ? curveOf(*column.samples, measure) : ErrorCurve{});
  }
  const ChartFrame frame = paintTimeAxes(painter, theme, place, errorAxis(curves, measure));
  Chart chart;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const ErrorCurve& curve = curves[i];
    chart.series.push_back(
        {columnPen(theme, columns_[i].index, theme.line), curve.t, curve.mean, curve.low, curve.high});
  }
  if (cursor_) {
    chart.marks.push_back({*cursor_, QPen(theme.colors.muted, theme.hairline)});
  }
  paintContents(painter, theme, frame, chart);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const ErrorCurve& curve = curves[i];
    if (const std::size_t now = columns_[i].position;
        now < curve.t.size() && frame.draws(curve.t[now], curve.mean[now])) {
      paintValueDot(painter, theme, frame.map(curve.t[now], curve.mean[now]),
                    theme.colors.runs[columns_[i].index]);
    }
  }
  if (!style_.names) {
    paintLetters(painter, theme,
                 QRectF(place.left(), place.top(), place.width(), lineHeight(theme, TextRole::kSmall)),
                 columns_);
  }
}

void ErrorsFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  if (style_.names) {
    const double gap = 2.0 * theme.spacing;
    const QRectF inner = area.adjusted(gap, gap, -gap, -gap);
    paintNames(painter, theme,
               QRectF(inner.left(), inner.top(), inner.width(), lineHeight(theme, TextRole::kSmall)),
               columns_);
    paintCaption(painter, theme, inner, captionLines(theme, style_.caption, inner.width()));
  }
  for (std::size_t plot = 0; plot < kMeasures.size(); ++plot) {
    paintPlot(painter, theme, plotArea(plots(area, theme), theme, plot), plot);
  }
  painter.restore();
}

std::optional<double> ErrorsFigure::timeAt(const QPointF& point, const QRectF& area,
                                           const PlotTheme& theme) const {
  for (std::size_t plot = 0; plot < kMeasures.size(); ++plot) {
    const ChartFrame frame = timeFrame(theme, plotArea(plots(area, theme), theme, plot), {});
    if (frame.area.adjusted(-4.0, 0.0, 4.0, 0.0).contains(point)) {
      return std::clamp(frame.xValue(point.x()), 0.0, 1.0);
    }
  }
  return std::nullopt;
}

Table ErrorsFigure::data() const {
  Table table;
  table.columns = {"column",
                   "schedule",
                   "t",
                   "sigma",
                   "rotation error mean (deg)",
                   "rotation error std (deg)",
                   "translation error mean (cm)",
                   "translation error std (cm)"};
  for (const ShownColumn& column : columns_) {
    if (!column.samples) {
      continue;
    }
    for (const SampleCurvePoint& point : column.samples->curve) {
      table.rows.push_back({columnLetter(column.index).toStdString(), column.samples->name, point.t,
                            point.sigma, point.rotation_mean * kDegreesPerRadian,
                            point.rotation_std * kDegreesPerRadian, 100.0 * point.translation_mean,
                            100.0 * point.translation_std});
    }
  }
  return table;
}

Provenance ErrorsFigure::provenance() const {
  for (const ShownColumn& column : columns_) {
    if (column.samples) {
      return column.samples->provenance;
    }
  }
  return {};
}

}  // namespace alidade
