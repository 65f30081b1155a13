// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QPen>

#include "views/training/training_axes.h"
#include "views/training/training_plots.h"

class QPainter;

namespace alidade {

/// Raw values, and the single seeds of an arm.
QPen palePen(const PlotTheme& theme, QColor color);
/// A piece of a band, for legends.
QPen bandPen(const PlotTheme& theme);
/// Where pre-training ends.
QPen boundaryPen(const PlotTheme& theme);

/// Paints a line with its gaps; where several records fall on a pixel, all from the least to the greatest of
/// them, or their middle where the line is dashed. Records without a neighbor are dots, with `dots` all of
/// them as far as they are few.
void paintLine(QPainter& painter, const TrainingAxes& axes, const TrainingLine& line, const QPen& pen,
               bool dots);
/// From the least to the greatest of an arm.
void paintBand(QPainter& painter, const PlotTheme& theme, const TrainingAxes& axes,
               const TrainingCurve& curve);

/// Widens [low, high] to the values at the steps of a window that the axis can draw.
void widen(const std::vector<double>& steps, const std::vector<double>& values, double first, double last,
           bool logarithmic, double& low, double& high);

/// The finite record next to `step` and at most `reach` away.
std::optional<std::size_t> nearestRecord(const TrainingLine& line, double step, double reach);
/// The usual distance between records.
double recordSpacing(const TrainingLine& line);

}  // namespace alidade
