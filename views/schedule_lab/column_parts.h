// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QColor>
#include <QRectF>
#include <QString>

#include "views/base/plot_theme.h"
#include "views/schedule_lab/shown_column.h"

class QPainter;

namespace alidade {

/// Heights of a column's parts, logical units.
double columnHeadHeight(const PlotTheme& theme);
double columnFootHeight(const PlotTheme& theme);
double measureRowHeight(const PlotTheme& theme);
/// Width from which a column's texts have room beside each other.
double leastColumnWidth(const PlotTheme& theme);

/// Letter and name of the schedule, sampler, and what it cost; of a diverged one the step instead.
void paintColumnHead(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                     const ShownColumn& column);
/// The mode meter: empty when all samples are in one mode, full when they are uniform over the equivalents;
/// samples that are near none of them (outliers) shorten it.
void paintModeMeter(QPainter& painter, const PlotTheme& theme, const QRectF& area, const ShownColumn& column);
/// Median errors and outliers, a row each.
void paintSampleMeasures(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                         const SampleMeasures& measures);
/// A sentence in lines that fit into the area; what does not fit is cut.
void paintSentence(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QString& sentence,
                   const QColor& color);

}  // namespace alidade
