// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_errors_paint.h"

#include <algorithm>

#include <QPainter>
#include <QPainterPath>

#include "views/base/color_map.h"
#include "views/base/plot.h"
#include "views/image/color_cells.h"

namespace alidade {
namespace {

constexpr double kMillimetresInLegend = 1000.0;

void paintOutline(QPainter& painter, const QTransform& painter_from_image, const PlotTheme& theme,
                  const ImageErrors::Outline& outline) {
  QPainterPath path;
  for (const QPolygonF& contour : outline.contours) {
    path.addPolygon(painter_from_image.map(contour));
    path.closeSubpath();
  }
  painter.strokePath(path, theme.photoHaloPen());
  painter.strokePath(path, outline.prediction ? theme.photoPredictionPen() : theme.photoGroundTruthPen());
}

/// "IoU 0.91" of the silhouettes of all objects together.
QString overlapText(const std::vector<SilhouetteCount>& objects) {
  SilhouetteCount all;
  for (const SilhouetteCount& object : objects) {
    all.agreement += object.agreement;
    all.missing += object.missing;
    all.surplus += object.surplus;
  }
  return "IoU " + numberText(all.iou(), 3);
}

/// The bar of the differences at the right end of `area`; its left end.
double paintDifferenceBar(QPainter& painter, const QRectF& area, const PlotTheme& theme,
                          const ErrorLayers& layers, bool against_prediction) {
  const TextStyle style{TextRole::kSmall, theme.colors.muted, true};
  const double range = layers.range * kMillimetresInLegend;
  const int decimals = range < 1.0 ? 1 : 0;
  const QString high = "+" + numberText(range, decimals) + " mm";
  const QString low =
      QString(against_prediction ? "measured - prediction" : "measured - ground truth").replace("-", QChar(0x2212)) +
      "  " + numberText(-range, decimals);
  const double middle = area.center().y();
  const double width = std::min(8.0 * theme.text_size, 0.3 * area.width());
  const double right = area.right() - textWidth(theme, high, style) - theme.spacing;
  const QRectF bar(right - width, middle - 0.3 * theme.text_size, width, 0.6 * theme.text_size);
  const double room = bar.left() - theme.spacing - area.left();
  const QString shown = textWidth(theme, low, style) <= room ? low : numberText(-range, decimals);
  drawText(painter, theme, {area.right(), middle}, Qt::AlignRight | Qt::AlignVCenter, high, style);
  drawText(painter, theme, {bar.left() - theme.spacing, middle}, Qt::AlignRight | Qt::AlignVCenter, shown,
           style);
  paintColorCells(painter, bar, [&layers](double share) { return layers.map.at(share); });
  return bar.left() - theme.spacing - textWidth(theme, shown, style);
}

}  // namespace

void paintErrors(QPainter& painter, const QTransform& painter_from_image, const PlotTheme& theme,
                 const ImageErrors& errors, const ErrorLayers& layers, bool truth, bool prediction) {
  painter.save();
  painter.setOpacity(layers.opacity);
  // Colors between two values mean something else: no interpolation.
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  for (const QImage* image : {&errors.fill, &errors.silhouette, &errors.difference}) {
    if (!image->isNull()) {
      painter.drawImage(painter_from_image.mapRect(QRectF(QPointF(0, 0), QSizeF(image->size()))), *image);
    }
  }
  painter.setOpacity(1.0);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  for (const ImageErrors::Outline& outline : errors.outlines) {
    if (outline.prediction ? prediction : truth) {
      paintOutline(painter, painter_from_image, theme, outline);
    }
  }
  painter.restore();
}

bool hasErrorLegend(const ImageErrors& errors) {
  return !errors.silhouette.isNull() || !errors.difference.isNull();
}

void paintErrorLegend(QPainter& painter, const QRectF& area, const PlotTheme& theme,
                      const ImageErrors& errors, const ErrorLayers& layers) {
  QRectF left = area;
  if (!errors.difference.isNull()) {
    left.setRight(paintDifferenceBar(painter, area, theme, layers, errors.against_prediction) -
                  legendGap(theme));
  }
  if (!errors.silhouette.isNull()) {
    const auto dot = [](SafeColor color, const QString& text) {
      return LegendEntry{LegendEntry::Mark::kDot, QPen(safeColor(color)), text};
    };
    drawLegend(painter, theme, left,
               {dot(SafeColor::kSkyBlue, "missing"), dot(SafeColor::kOrange, "too much"),
                dot(SafeColor::kNeutral, "agreement"),
                {LegendEntry::Mark::kDot, QPen(Qt::transparent), overlapText(errors.silhouettes)}});
  }
}

}  // namespace alidade
