// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QRectF>
#include <QString>
#include <QStringList>

#include "views/image/image_figure.h"
#include "views/image/image_placement.h"

class QPainter;

namespace alidade {

/// Widget pixels per image pixel from which on a pixel's values stand in it.
inline constexpr double kPixelValueScale = 28.0;

/// "412, 233   rgb 120 88 60   depth 0.734 m   difference +3.2 mm", without what the frame lacks; empty
/// outside of the image.
QString pixelReadout(const ImageFigure& figure, int u, int v);

/// What stands in a pixel, one line each: of the layers that are shown the topmost with a value there, that is
/// the depth difference in millimetres, the depth in metres, or red, green and blue. A `wide` pixel has the
/// two depths below their difference.
QStringList pixelLines(const ImageFigure& figure, int u, int v, bool wide);

/// Writes the values into the pixels that lie in `part` of the widget.
void paintPixelValues(QPainter& painter, const ImageFigure& figure, const ImagePlacement& placement,
                      const QRectF& part);

}  // namespace alidade
