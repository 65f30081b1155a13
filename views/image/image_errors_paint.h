// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QRectF>
#include <QTransform>

#include "views/base/plot_theme.h"
#include "views/image/image_errors.h"

class QPainter;

namespace alidade {

/// Paints the error layers over an image: pictures with the layers' opacity, outlines on top, those of the
/// prediction dashed. `truth` and `prediction` say whose outlines are wanted.
void paintErrors(QPainter& painter, const QTransform& painter_from_image, const PlotTheme& theme,
                 const ImageErrors& errors, const ErrorLayers& layers, bool truth, bool prediction);

/// There is something that a legend explains.
bool hasErrorLegend(const ImageErrors& errors);

/// One line: the colors of the silhouettes with the intersection over union of all objects at the left of
/// `area`, the bar of the depth differences in millimetres at its right. What does not fit is left out.
void paintErrorLegend(QPainter& painter, const QRectF& area, const PlotTheme& theme,
                      const ImageErrors& errors, const ErrorLayers& layers);

}  // namespace alidade
