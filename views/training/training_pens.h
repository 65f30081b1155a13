// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QPen>

#include "views/base/plot_theme.h"

namespace alidade {

/// The line of a run: theme color and dash by its style, so that more runs than colors stay apart.
QPen runPen(const PlotTheme& theme, int style, double width);
/// Raw values, and the single seeds of an arm.
QPen palePen(const PlotTheme& theme, QColor color);
/// A piece of a band, for legends.
QPen bandPen(const PlotTheme& theme);
/// Where pre-training ends.
QPen boundaryPen(const PlotTheme& theme);

}  // namespace alidade
