// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QPen>

#include "views/base/plot_theme.h"
#include "views/quantization/tradeoff_sheet.h"

namespace alidade {

// How families of networks look in a trade-off chart.

/// Hues go round; full precision has the color of text.
QColor familyColor(const TradeoffSheet& sheet, std::size_t family, const PlotTheme& theme);
/// Families beyond the hues have a hole in the middle.
bool isPierced(const TradeoffSheet& sheet, std::size_t family, const PlotTheme& theme);
bool isFullPrecision(const TradeoffSheet& sheet, std::size_t family);
/// The frontier of the other sweep.
QPen otherPen(const PlotTheme& theme);

}  // namespace alidade
