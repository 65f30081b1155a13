// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <vector>

#include <QColor>
#include <QString>

#include "views/base/plot_theme.h"
#include "views/contention/contention_sheet.h"

class QPainter;
class QRectF;

namespace alidade {

/// Parallel strokes inside of `square`, cut at its sides by calculation (SVG gets no clip): "undefined".
void paintHatch(QPainter& painter, const PlotTheme& theme, const QRectF& square);

/// How numbers are written into cells of a width: whole, without the zero before the point, or not at all.
enum class CellNumbers { kWhole, kShort, kNone };

/// Chooses the way in which `widest` still fits, and makes the theme's small text a little smaller where that
/// is enough.
CellNumbers cellNumbers(PlotTheme& theme, const QString& widest, double width);

/// "-0.47", or "-.47".
QString cellText(double value, int decimals, CellNumbers numbers);

/// A number beside a color bar: at 1 its upper end, at 0 its lower one.
struct BarTick {
  double share = 0.0;
  QString text;
};

/// A color bar from `color(1)` down to `color(0)`, with numbers (where it is low every other one) and the
/// name of the value turned along them.
void paintValueBar(QPainter& painter, const PlotTheme& theme, const QRectF& bar,
                   const std::function<QColor(double share)>& color, const std::vector<BarTick>& ticks,
                   const QString& name);

/// The colors of a sheet from its highest value down, with numbers at the ends, halves and 0, and the name of
/// the value turned along them.
void paintContentionBar(QPainter& painter, const PlotTheme& theme, const QRectF& bar,
                        const ContentionSheet& sheet);

/// "S" with a lowered "ca", its right end at `right`, on the line `middle`.
void paintToAllName(QPainter& painter, const PlotTheme& theme, const QPointF& right);

}  // namespace alidade
