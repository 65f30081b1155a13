// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QPointF>
#include <QRectF>
#include <QStringList>

#include "views/training/training_figure.h"

class QPainter;

namespace alidade {

/// What the mouse reads at a step: the step, then a line per run with its value.
QStringList readoutText(const TrainingFigure& figure, std::size_t plot, double step);

/// Paints the step as a line through a panel, with a dot on every run.
void paintCrosshair(QPainter& painter, const PlotTheme& theme, const TrainingFigure& figure, std::size_t plot,
                    const TrainingAxes& axes, double step);

/// Paints the values of all runs in a box beside the mouse, inside of `bounds`.
void paintReadout(QPainter& painter, const PlotTheme& theme, const TrainingFigure& figure, std::size_t plot,
                  double step, const QPointF& mouse, const QRectF& bounds);

}  // namespace alidade
