// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/room_figure.h"

#include <algorithm>
#include <cmath>

#include <QImage>
#include <QPaintEngine>
#include <QPainter>

#include "views/base/plot.h"
#include "views/rooms/room_actors.h"
#include "views/rooms/room_overlay.h"
#include "views/vtk/offscreen_renderer.h"

namespace alidade {
namespace {

constexpr double kRoomDotsPerPoint = 300.0 / 72.0;  // of the raster inside SVG and PDF
constexpr int kLargestRoomRaster = 4096;
constexpr double kRoomScreenHeight = 500.0;  // the height, in pixels, that the point size is meant for

QSize roomRaster(const QPainter& painter, const PlotTheme& theme, const QRectF& area) {
  const bool raster = painter.paintEngine() && painter.paintEngine()->type() == QPaintEngine::Raster;
  const QTransform& device = painter.deviceTransform();
  const double dots = !raster && theme.print ? kRoomDotsPerPoint : std::hypot(device.m11(), device.m12());
  const double scale = std::min(dots, kLargestRoomRaster / std::max(area.width(), area.height()));
  return {std::max(1, static_cast<int>(std::lround(area.width() * scale))),
          std::max(1, static_cast<int>(std::lround(area.height() * scale)))};
}

}  // namespace

RoomCamera RoomFigure::cameraFor(double aspect) const {
  return data_.camera ? *data_.camera : roomCamera(*data_.contents.cloud, data_.side, aspect);
}

QString RoomFigure::paintPoints(QPainter& painter, const QRectF& area, const PlotTheme& theme,
                                const RoomCamera& camera) const {
  const QSize size = roomRaster(painter, theme, area);
  const RoomStyle style{theme.colors, std::max(0.5, size.height() / kRoomScreenHeight), false};
  std::unique_ptr<RoomActors> actors;  // VTK reads its memory while rendering
  const auto image = renderOffscreen(
      [&](vtkRenderer& renderer) {
        actors = std::make_unique<RoomActors>(renderer);
        actors->setWhole(true);
        actors->setContents(data_.contents, style);
        actors->setCamera(camera);
      },
      size);
  if (!image) {
    return QString::fromStdString(image.error().message);
  }
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  painter.drawImage(area, *image);
  return {};
}

void RoomFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  const double foot = lineHeight(theme, TextRole::kSmall) + theme.spacing;
  const QRectF picture = area.adjusted(0, 0, 0, -foot);
  if (picture.width() < 1.0 || picture.height() < 1.0) {
    return;
  }
  const RoomCamera camera = cameraFor(picture.width() / picture.height());
  const OverlayProjection projection = roomProjection(camera, picture);
  const std::vector<RoomBox> boxes = shownBoxes(data_.contents);
  painter.save();
  painter.setClipRect(area, Qt::IntersectClip);
  paintBackground(painter, theme, area);
  painter.save();
  painter.setClipRect(picture, Qt::IntersectClip);
  painter.setRenderHint(QPainter::Antialiasing);
  const QString problem = theme.texts_only ? QString() : paintPoints(painter, picture, theme, camera);
  paintBoxes(painter, theme, projection, boxes);
  if (data_.contents.lit) {
    paintPairs(painter, theme, projection, *data_.contents.lit);
  }
  if (data_.contents.layers.labels) {
    paintBoxLabels(painter, theme, projection, picture, boxes);
  }
  painter.restore();
  paintHeightScale(painter, theme, picture, data_.contents);
  const QRectF line(area.left() + theme.spacing, picture.bottom() + theme.spacing,
                    area.width() - 2 * theme.spacing, foot - theme.spacing);
  if (problem.isEmpty()) {
    paintRoomLegend(painter, theme, line, data_.contents);
    paintLengthScale(painter, theme, picture, camera);
  } else {
    const TextStyle style{TextRole::kSmall, theme.colors.warning};
    drawText(painter, theme, {line.left(), line.center().y()}, Qt::AlignLeft | Qt::AlignVCenter,
             elided(theme, problem, line.width(), style), style);
  }
  painter.restore();
}

}  // namespace alidade
