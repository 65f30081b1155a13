// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QIcon>
#include <QPen>

#include "core/session/held_runs.h"
#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

// How a run looks wherever runs are told apart: in the list of runs, in tables, curves, histograms, legends.
// All of it follows from its style (HeldRuns::Entry::style).

/// How many swatches differ: the hues, filled, ringed and barred, so that more runs than hues stay apart and
/// none is told by its hue alone.
inline constexpr int kRunSwatches = 3 * kRunHues;
inline constexpr int kRunSwatchSide = 12;  ///< pixels

const QColor& runColor(const Theme& theme, int style);
void paintRunSwatch(QPainter& painter, const QRectF& place, const Theme& theme, int style);
QIcon runSwatchIcon(const Theme& theme, int style);

/// The line of the run that stands at `place` among those compared: A (0) is solid, B (1) dashed, the further
/// ones have dashes of their own, so that lines of one hue stay apart.
QPen runLine(const Theme& theme, int style, std::size_t place, double width);

}  // namespace alidade
