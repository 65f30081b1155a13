// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/scene_figure.h"

#include <algorithm>
#include <cmath>

#include <QImage>
#include <QPaintEngine>
#include <QPainter>

#include "views/base/badge.h"
#include "views/base/plot.h"
#include "views/scene/hypothesis_wires.h"
#include "views/scene/scene_actors.h"
#include "views/scene/scene_distance.h"
#include "views/scene/scene_lines.h"
#include "views/scene/scene_measure.h"
#include "views/vtk/offscreen_renderer.h"

namespace alidade {
namespace {

constexpr double kVectorDotsPerPoint = 300.0 / 72.0;  // of the raster inside SVG and PDF
constexpr int kLargestRaster = 4096;
constexpr std::size_t kMostPoints = 400000;
constexpr double kScreenHeight = 500.0;          // the height, in pixels, that the point size is meant for
constexpr double kCloseup = 0.75;                // of the box's diagonal fills half of the picture
constexpr double kBadgeShare = 0.6;              // of the width; the scale bar has the rest
constexpr std::size_t kMostVectorLines = 20000;  // of the hypotheses

/// Pixels per logical unit of the device behind the painter.
double dotsPerUnit(const QPainter& painter, const PlotTheme& theme) {
  const bool raster = painter.paintEngine() && painter.paintEngine()->type() == QPaintEngine::Raster;
  if (!raster && theme.print) {
    return kVectorDotsPerPoint;
  }
  const QTransform& device = painter.deviceTransform();
  return std::hypot(device.m11(), device.m12());
}

QSize rasterSize(const QRectF& area, double dots) {
  const double scale = std::min(dots, kLargestRaster / std::max(area.width(), area.height()));
  return {std::max(1, static_cast<int>(std::lround(area.width() * scale))),
          std::max(1, static_cast<int>(std::lround(area.height() * scale)))};
}

void paintLines(QPainter& painter, const OverlayProjection& projection, const Lines& lines) {
  for (const auto& [a, b] : lines) {
    if (const auto line = projection.line(a, b)) {
      painter.drawLine(*line);
    }
  }
}

/// 1, 2 or 5 times a power of ten, at most `largest`.
double roundLength(double largest) {
  const double power = std::pow(10.0, std::floor(std::log10(largest)));
  for (const double factor : {5.0, 2.0}) {
    if (factor * power <= largest) {
      return factor * power;
    }
  }
  return power;
}

}  // namespace

SceneFigure::SceneFigure(SceneFigureData data)
    : data_(std::move(data)), floor_(findFloor(*data_.contents.frame)) {}

void SceneFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  const double foot = lineHeight(theme, TextRole::kSmall) + theme.spacing;
  const QRectF picture = area.adjusted(0, 0, 0, -foot);
  if (picture.width() < 1.0 || picture.height() < 1.0) {
    return;
  }
  const SceneContents& contents = data_.contents;
  const Viewpoint viewpoint = viewpointFor(picture.width() / picture.height());
  OverlayProjection projection{viewpoint.camera(picture.width(), picture.height()), viewpoint.view_from_cam,
                               QTransform::fromTranslate(picture.left(), picture.top())};
  painter.save();
  painter.setClipRect(area, Qt::IntersectClip);
  paintBackground(painter, theme, area);
  painter.save();
  painter.setClipRect(picture, Qt::IntersectClip);
  painter.setRenderHint(QPainter::Antialiasing);
  paintThinLines(painter, theme, projection);
  HypothesisWires wires;
  fillHypotheses(contents, theme.colors, wires);
  const bool crowd = wires.lines() > kMostVectorLines;
  const QString problem =
      theme.texts_only ? QString() : paintRaster(painter, picture, theme, viewpoint, crowd);
  if (!crowd) {
    paintHypotheses(painter, theme, projection, wires);
  }
  paintPoseOverlay(painter, theme,
                   poseOverlay(*contents.frame, contents.result.get(), projection, contents.layers.poses,
                               contents.selected),
                   contents.layers.poses, OverlayGround::kSurface);
  paintMeasurement(painter, theme, projection, contents.measured);
  painter.restore();
  paintScales(painter, theme, picture);
  paintBadge(painter, theme, picture, wires);
  const QRectF line(area.left() + theme.spacing, picture.bottom() + theme.spacing,
                    area.width() - 2 * theme.spacing, foot - theme.spacing);
  if (problem.isEmpty()) {
    paintOverlayLegend(painter, theme, line, contents.layers.poses, contents.result != nullptr,
                       OverlayGround::kSurface);
    paintScale(painter, picture, theme, viewpoint);
  } else {
    const TextStyle style{TextRole::kSmall, theme.colors.warning};
    drawText(painter, theme, {line.left(), line.center().y()}, Qt::AlignLeft | Qt::AlignVCenter,
             elided(theme, problem, line.width(), style), style);
  }
  painter.restore();
}

Viewpoint SceneFigure::viewpointFor(double aspect) const {
  if (data_.viewpoint) {
    return *data_.viewpoint;
  }
  const Viewpoint standard = standardView(*data_.contents.frame, floor_, data_.view, aspect);
  for (const Instance& instance : data_.contents.frame->instances) {
    if (data_.closeup == instance.index) {
      const OrientedBox box = instance.box_cam();
      return framed(standard, box.frame_from_box.t, kCloseup * box.size.norm(), aspect);
    }
  }
  return standard;
}

void SceneFigure::paintScales(QPainter& painter, const PlotTheme& theme, const QRectF& picture) const {
  const auto scales = sceneScales(data_.contents);
  const QString caption = momentText(data_.contents);
  const QPointF corner = picture.topLeft() + QPointF(2.0 * theme.spacing, 2.0 * theme.spacing);
  const double width = std::min(0.4 * picture.width(), 14.0 * theme.text_size);
  const double height = colorBarHeight(theme, scales.size());
  const double line = caption.isEmpty() ? 0.0 : lineHeight(theme, TextRole::kSmall);
  const TextStyle style{TextRole::kSmall, theme.colors.muted, true};
  QColor ground = theme.background();
  ground.setAlphaF(0.8F);
  if (height + line > 0.0) {
    const double wide = std::max(scales.empty() ? 0.0 : width, textWidth(theme, caption, style));
    painter.fillRect(
        QRectF(corner, QSizeF(std::min(wide, picture.width() - 4.0 * theme.spacing), height + line))
            .adjusted(-theme.spacing, -theme.spacing, theme.spacing, theme.spacing),
        ground);
  }
  paintColorBars(painter, theme, QRectF(corner, QSizeF(width, height)), scales);
  if (!caption.isEmpty()) {
    drawText(painter, theme, corner + QPointF(0.0, height + 0.5 * line), Qt::AlignLeft | Qt::AlignVCenter,
             elided(theme, caption, picture.width() - 4.0 * theme.spacing, style), style);
  }
}

void SceneFigure::paintBadge(QPainter& painter, const PlotTheme& theme, const QRectF& picture,
                             const HypothesisWires& wires) const {
  drawBadge(painter, theme,
            QRectF(picture.left() + theme.spacing, picture.top(), kBadgeShare * picture.width(),
                   picture.height() - theme.spacing),
            summaryBadge(wires.summaries));
}

QString SceneFigure::paintRaster(QPainter& painter, const QRectF& area, const PlotTheme& theme,
                                 const Viewpoint& viewpoint, bool hypotheses) const {
  const QSize size = rasterSize(area, dotsPerUnit(painter, theme));
  SceneStyle style{theme.colors, std::max(0.5, size.height() / kScreenHeight), kMostPoints, false,
                   hypotheses};
  std::unique_ptr<SceneActors> actors;  // VTK reads its memory while rendering
  const auto image = renderOffscreen(
      [&](vtkRenderer& renderer) {
        actors = std::make_unique<SceneActors>(renderer);
        actors->setContents(data_.contents, floor_, style);
        actors->setViewpoint(viewpoint, area.width() / area.height());
      },
      size);
  if (!image) {
    return QString::fromStdString(image.error().message);
  }
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  painter.drawImage(area, *image);
  return {};
}

void SceneFigure::paintThinLines(QPainter& painter, const PlotTheme& theme,
                                 const OverlayProjection& projection) const {
  if (data_.contents.layers.grid) {
    painter.setPen(theme.gridPen());
    paintLines(painter, projection, gridLines(floor_, kGridCells));
  }
  if (data_.contents.layers.frustum) {
    painter.setPen(QPen(theme.colors.muted, theme.hairline));
    paintLines(painter, projection, frustumLines(data_.contents.frame->camera, kFrustumDepth));
  }
}

void SceneFigure::paintHypotheses(QPainter& painter, const PlotTheme& theme,
                                  const OverlayProjection& projection, const HypothesisWires& wires) const {
  const auto at = [](const Wires& part, std::int32_t point) {
    const float* xyz = part.xyz.data() + 3 * static_cast<std::size_t>(point);
    return Eigen::Vector3d(xyz[0], xyz[1], xyz[2]);
  };
  for (const Wires* part : {&wires.onion, &wires.trails, &wires.plain, &wires.marked, &wires.summary}) {
    const bool few = part == &wires.plain && part->lines() < kFewHypothesisLines;
    const bool strong = part == &wires.marked || part == &wires.summary;
    const double width = strong ? 1.3 * theme.line : few ? 0.75 * theme.line : theme.hairline;
    for (std::size_t i = 0; i < part->lines(); ++i) {
      const auto line = projection.line(at(*part, part->ends[2 * i]), at(*part, part->ends[2 * i + 1]));
      if (line) {
        const unsigned char* ink = part->rgba.data() + 4 * static_cast<std::size_t>(part->ends[2 * i]);
        painter.setPen(QPen(QColor(ink[0], ink[1], ink[2], ink[3]), width, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(*line);
      }
    }
  }
}

void SceneFigure::paintScale(QPainter& painter, const QRectF& area, const PlotTheme& theme,
                             const Viewpoint& viewpoint) const {
  // True at the pivot's depth; what is nearer looks larger.
  const double depth = (viewpoint.view_from_cam * viewpoint.pivot_cam).z();
  if (!(depth > 0.0)) {
    return;
  }
  const double units_per_metre = viewpoint.camera(area.width(), area.height()).fy / depth;
  const double length = roundLength(0.15 * area.width() / units_per_metre);
  const double width = length * units_per_metre;
  const QString text =
      length < 1.0 ? numberText(length * 100.0, length < 0.01 ? 1 : 0) + " cm" : numberText(length, 0) + " m";
  const double right = area.right() - 2.0 * theme.spacing;
  const double y = area.bottom() - 3.0 * theme.spacing;
  painter.setPen(QPen(theme.colors.muted, 1.5 * theme.hairline, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(QPointF(right - width, y), QPointF(right, y));
  drawText(painter, theme, {right - width - theme.spacing, y}, Qt::AlignRight | Qt::AlignVCenter, text,
           {TextRole::kSmall, theme.colors.muted, true});
}

Table SceneFigure::data() const {
  Table table = poseTable(*data_.contents.frame, data_.contents.result.get());
  appendHypotheses(data_.contents, table);
  return table;
}

Provenance SceneFigure::provenance() const {
  return data_.provenance;
}

}  // namespace alidade
