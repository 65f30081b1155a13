// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <utility>

#include <QPen>

#include "views/base/chart/chart_frame.h"

namespace alidade {

/// Values along a chart's horizontal axis. The spans view numbers that outlive the series.
struct ChartSeries {
  enum class Style {
    kLine,    ///< gaps where a value cannot be drawn
    kPoints,  ///< a dot each
    kSteps,   ///< an outline over bins: one edge more in x than values
    kBars,    ///< filled bins, as kSteps
  };
  enum class Spread { kBand, kErrorBars };

  QPen pen{};
  std::span<const double> x, y;
  std::span<const double> low{}, high{};  ///< of every value, or empty
  Style style = Style::kLine;
  Spread spread = Spread::kBand;
  bool dots = false;  ///< a few records of a line have dots, as measured values do

  bool hasBins() const { return style == Style::kSteps || style == Style::kBars; }
};

/// Paints what lies between low and high: a pale band, or a bar with two ends at every value.
void paintSpread(QPainter& painter, const ChartFrame& frame, const ChartSeries& series);

/// Paints the values. Where several records of a line share a column of the picture, all from the least to
/// the greatest of them are painted, or their middle where the line is dashed; a record without a neighbor is
/// a dot.
void paintSeries(QPainter& painter, const ChartFrame& frame, const ChartSeries& series);

/// The band's color of a series of this pen.
QColor bandColor(const QColor& color);

/// Least and greatest of what an axis can draw.
struct ChartRange {
  double low = 0.0, high = 0.0;
  bool empty = true;

  void add(double value);
  void add(std::span<const double> values, const ChartAxis& axis);
};

/// Widens the range to the values, and with spread to low and high, at places in [first, last].
void widen(ChartRange& range, const ChartSeries& series, double first, double last, const ChartAxis& axis);

/// The record next to `x` that is finite and at most `reach` away; x rises or falls.
std::optional<std::size_t> nearestRecord(const ChartSeries& series, double x, double reach);
/// The usual distance between records.
double recordSpacing(const ChartSeries& series);

}  // namespace alidade
