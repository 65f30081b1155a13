// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "views/base/plot.h"

namespace alidade {

/// A legend of as many rows as the width makes of it; an entry that is wider than a row is cut with an
/// ellipsis.
using LegendRows = std::vector<std::vector<LegendEntry>>;

LegendRows legendRows(const PlotTheme& theme, const std::vector<LegendEntry>& entries, double width);
double legendHeight(const PlotTheme& theme, const LegendRows& rows);
/// Paints the rows from the top of `area` on.
void paintLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area, const LegendRows& rows);

}  // namespace alidade
