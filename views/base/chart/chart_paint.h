// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "views/base/chart/chart_series.h"

namespace alidade {

// How the styles of a series are painted; paintSeries chooses.

/// Positions of the records that an axis shows, and of one more to each side, so that lines reach its edges;
/// of all where the records do not rise.
std::pair<std::size_t, std::size_t> recordsIn(const ChartAxis& axis, std::span<const double> x);

void paintChartLine(QPainter& painter, const ChartFrame& frame, const ChartSeries& series);
void paintChartPoints(QPainter& painter, const ChartFrame& frame, const ChartSeries& series);

}  // namespace alidade
