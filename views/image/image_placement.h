// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>

#include <QPointF>
#include <QSizeF>
#include <QTransform>

namespace alidade {

/// Where an image lies in a widget: scale and the place of its upper left corner.
struct ImagePlacement {
  double scale = 1.0;  ///< widget pixels per image pixel
  QPointF corner;

  QTransform widgetFromImage() const { return QTransform(scale, 0, 0, scale, corner.x(), corner.y()); }
  QPointF imageFromWidget(const QPointF& at) const { return (at - corner) / scale; }

  /// The whole image, centered, with `margin` widget pixels around it.
  static ImagePlacement fit(const QSizeF& image, const QSizeF& widget, double margin) {
    const double scale = std::max(1e-3, std::min((widget.width() - 2 * margin) / image.width(),
                                                 (widget.height() - 2 * margin) / image.height()));
    return {scale,
            0.5 * QPointF(widget.width() - scale * image.width(), widget.height() - scale * image.height())};
  }

  /// Zoomed by `factor`; the image point below `at` stays there. Between `lowest` and 96 widget pixels per
  /// image pixel.
  ImagePlacement zoomed(const QPointF& at, double factor, double lowest) const {
    const double next = std::clamp(scale * factor, std::min(lowest, 96.0), 96.0);
    return {next, at - imageFromWidget(at) * next};
  }
};

}  // namespace alidade
