// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QRectF>
#include <QString>

#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// Height of a badge in logical units.
double badgeHeight(const PlotTheme& theme);

/// Paints a warning as a rounded label, an exclamation mark before its words, at the lower left corner of
/// `area`; cut with an ellipsis where the area is narrower. Gives the place it took; null for no text.
QRectF drawBadge(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QString& text);

}  // namespace alidade
