// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

#include "views/base/plot_theme.h"
#include "views/contention/contention_sheet.h"

class QPainter;
class QRectF;

namespace alidade {

/// Parallel strokes inside of `square`, cut at its sides by calculation (SVG gets no clip): "undefined".
void paintHatch(QPainter& painter, const PlotTheme& theme, const QRectF& square);

/// The theme in which `text` fits into a cell of this width, smaller where it must be; false when it would be
/// too small to be read.
bool cellTheme(PlotTheme& theme, const QString& text, double width);

/// The colors of a sheet from its highest value down, with numbers at the ends, halves and 0, and the name of
/// the value turned along them.
void paintContentionBar(QPainter& painter, const PlotTheme& theme, const QRectF& bar,
                        const ContentionSheet& sheet);

/// "S" with a lowered "ca", its right end at `right`, on the line `middle`.
void paintToAllName(QPainter& painter, const PlotTheme& theme, const QPointF& right);

}  // namespace alidade
