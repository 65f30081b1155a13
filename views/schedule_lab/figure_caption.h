// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QRectF>
#include <QString>
#include <QStringList>

#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// The words of a caption in lines of small text that fit `width`; none for an empty caption.
QStringList captionLines(const PlotTheme& theme, const QString& caption, double width);

/// Height of that many lines, with the gap above them.
double captionHeight(const PlotTheme& theme, const QStringList& lines);

/// Paints the lines at the bottom of `area`.
void paintCaption(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QStringList& lines);

}  // namespace alidade
