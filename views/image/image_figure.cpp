// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_figure.h"

#include <algorithm>

#include <QPainter>
#include <QPainterPath>

#include "views/base/plot.h"
#include "views/image/color_cells.h"
#include "views/image/image_errors_paint.h"
#include "views/image/image_rasters.h"

namespace alidade {
namespace {

void drawImage(QPainter& painter, const QTransform& painter_from_image, const QImage& image, double opacity,
               bool smooth) {
  if (image.isNull()) {
    return;
  }
  painter.setOpacity(opacity);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth);
  painter.drawImage(painter_from_image.mapRect(QRectF(0, 0, image.width(), image.height())), image);
}

}  // namespace

QTransform fittedImage(const QSize& size, const QRectF& area) {
  const double scale = std::min(area.width() / size.width(), area.height() / size.height());
  const QPointF corner = area.center() - 0.5 * scale * QPointF(size.width(), size.height());
  return QTransform(scale, 0, 0, scale, corner.x(), corner.y());
}

ImageFigure::ImageFigure(ImageFigureData data, std::shared_ptr<const ImageRasters> rasters,
                         std::shared_ptr<const ImageErrors> errors)
    : data_(std::move(data)), rasters_(std::move(rasters)), errors_(std::move(errors)) {
  if (!rasters_) {
    rasters_ = std::make_shared<const ImageRasters>(makeRasters(*data_.frame, data_.layers));
  }
  if (!errors_) {
    errors_ = std::make_shared<const ImageErrors>(makeImageErrors(
        *data_.frame, rasters_->size, data_.result.get(), data_.meshes, data_.layers.errors));
  }
}

void ImageFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setClipRect(area, Qt::IntersectClip);
  paintBackground(painter, theme, area);
  if (rasters_->size.isEmpty()) {
    drawText(painter, theme, area.center(), Qt::AlignCenter, "This frame has no image.",
             {TextRole::kBody, theme.colors.muted});
    painter.restore();
    return;
  }
  const double foot = legendHeight(theme);
  const QTransform painter_from_image = fittedImage(rasters_->size, area.adjusted(0, 0, 0, -foot));
  const QRectF image = painter_from_image.mapRect(QRectF(QPointF(0, 0), QSizeF(rasters_->size)));
  painter.save();
  painter.setClipRect(image, Qt::IntersectClip);
  paintPlaced(painter, painter_from_image, theme, true);
  painter.restore();
  paintLegend(painter,
              {image.left() + 0.5 * theme.spacing, image.bottom(), image.width() - theme.spacing, foot},
              theme);
  painter.restore();
}

double ImageFigure::legendHeight(const PlotTheme& theme) const {
  const double line = lineHeight(theme, TextRole::kSmall) + theme.spacing;
  return data_.layers.legend ? (hasErrorLegend(*errors_) ? 2.0 * line : line) : 0.0;
}

void ImageFigure::paintLegend(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  if (!data_.layers.legend) {
    return;
  }
  const double height = lineHeight(theme, TextRole::kSmall);
  QRectF line(area.left(), area.top() + theme.spacing, area.width(), height);
  paintOverlayLegend(painter, theme, line, data_.layers.poses, data_.result != nullptr,
                     OverlayGround::kPhoto);
  paintDepthBar(painter, line, theme);
  line.translate(0.0, height + theme.spacing);
  paintErrorLegend(painter, line, theme, *errors_, data_.layers.errors);
}

void ImageFigure::paintPlaced(QPainter& painter, const QTransform& painter_from_image, const PlotTheme& theme,
                              bool smooth) const {
  painter.save();
  paintRasters(painter, painter_from_image, smooth);
  paintMasks(painter, painter_from_image, theme, smooth);
  painter.setOpacity(1.0);
  const OverlayLayers& layers = data_.layers.poses;
  paintErrors(painter, painter_from_image, theme, *errors_, data_.layers.errors, layers.ground_truth,
              layers.prediction);
  if (data_.frame->camera.valid()) {
    OverlayProjection projection{data_.frame->camera, {}, painter_from_image};
    projection.camera.width = rasters_->size.width();  // lines are cut around the picture that is shown
    projection.camera.height = rasters_->size.height();
    paintPoseOverlay(painter, theme,
                     poseOverlay(*data_.frame, data_.result.get(), projection, layers, data_.selected),
                     layers, OverlayGround::kPhoto);
  }
  painter.restore();
}

void ImageFigure::paintRasters(QPainter& painter, const QTransform& painter_from_image, bool smooth) const {
  const ImageLayers& layers = data_.layers;
  if (rasters_->base.isNull() || !rasters_->depth.isNull()) {
    // Where nothing was measured, and below layers without a photograph, stands the dark of the photo theme.
    painter.fillRect(painter_from_image.mapRect(QRectF(QPointF(0, 0), QSizeF(rasters_->size))),
                     theme(ThemeKind::kDark).window);
  }
  const bool covered = !rasters_->depth.isNull() && layers.depth_opacity >= 1.0;
  if (!covered) {
    drawImage(painter, painter_from_image, rasters_->base, 1.0, smooth);
  }
  // Colors between two depths or two coordinates mean something else: no interpolation.
  drawImage(painter, painter_from_image, rasters_->depth, layers.depth_opacity, false);
  drawImage(painter, painter_from_image, rasters_->nocs, layers.nocs_opacity, false);
}

void ImageFigure::paintMasks(QPainter& painter, const QTransform& painter_from_image, const PlotTheme& theme,
                             bool smooth) const {
  for (const ImageRasters::Mask& mask : rasters_->masks) {
    const bool faint = data_.selected && data_.selected != mask.instance;
    if (data_.layers.poses.only_selected && faint) {
      continue;
    }
    drawImage(painter, painter_from_image, mask.tint, data_.layers.mask_opacity * (faint ? 0.6 : 1.0),
              smooth);
    painter.setOpacity(faint ? 0.8 : 1.0);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath path;
    for (const QPolygonF& contour : mask.contours) {
      path.addPolygon(painter_from_image.map(contour));
      path.closeSubpath();
    }
    painter.setBrush(Qt::NoBrush);
    painter.strokePath(path, theme.photoHaloPen());
    painter.strokePath(path, QPen(instanceColor(mask.instance), (faint ? 1.0 : 1.35) * theme.line,
                                  Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  }
}

void ImageFigure::paintDepthBar(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  if (rasters_->depth.isNull()) {
    return;
  }
  const TextStyle style{TextRole::kSmall, theme.colors.muted, true};
  const QString high = numberText(rasters_->range.high, 2) + " m";
  const QString low = numberText(rasters_->range.low, 2);
  const double middle = area.center().y();
  const double width = std::min(8.0 * theme.text_size, 0.3 * area.width());
  const double right = area.right() - textWidth(theme, high, style) - theme.spacing;
  const QRectF bar(right - width, middle - 0.3 * theme.text_size, width, 0.6 * theme.text_size);
  drawText(painter, theme, {area.right(), middle}, Qt::AlignRight | Qt::AlignVCenter, high, style);
  drawText(painter, theme, {bar.left() - theme.spacing, middle}, Qt::AlignRight | Qt::AlignVCenter,
           "depth  " + low, style);
  paintColorCells(painter, bar, [this](double share) { return data_.layers.depth_map.at(share); });
}

Table ImageFigure::data() const {
  Table table = poseTable(*data_.frame, data_.result.get());
  appendErrors(*errors_, data_.layers.errors, table);
  return table;
}

Provenance ImageFigure::provenance() const {
  return data_.provenance;
}

}  // namespace alidade
