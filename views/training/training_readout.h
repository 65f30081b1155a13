// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "views/base/chart/chart_readout.h"
#include "views/training/training_figure.h"

namespace alidade {

/// What the mouse reads at a step of a panel: the step, then a line per run with its value.
ChartReadout trainingReadout(const TrainingFigure& figure, const PlotTheme& theme, std::size_t plot,
                             double step);

/// Paints the step as a line through a panel, with a dot on every run.
void paintStep(QPainter& painter, const PlotTheme& theme, const TrainingFigure& figure, std::size_t plot,
               const ChartFrame& frame, double step);

}  // namespace alidade
