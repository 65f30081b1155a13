// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/pixel_values.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <QPainter>

#include "views/base/plot.h"
#include "views/base/theme.h"
#include "views/image/image_rasters.h"

namespace alidade {
namespace {

constexpr double kWidePixel = 56.0;  // widget pixels that hold "0.734"
constexpr float kDarkInkFrom = 0.45F;

template <class T>
bool holds(const Image<T>& image, int u, int v) {
  return !image.empty() && u >= 0 && v >= 0 && u < image.width && v < image.height;
}

QString depthText(float z) {
  return z > 0.0F && std::isfinite(z) ? numberText(z, 3) : QString(QChar(0x2013));
}

/// "+3.2" in millimetres; nothing where one of the depths is missing.
std::optional<QString> differenceText(const ImageFigure& figure, int u, int v) {
  const ImageF& values = figure.errors()->difference_values;
  if (!holds(values, u, v) || !std::isfinite(*values.pixel(u, v))) {
    return std::nullopt;
  }
  const QString text = numberText(*values.pixel(u, v) * 1000.0, 1);
  return text.front().isDigit() && text != "0.0" ? "+" + text : text;
}

/// `share` of `over` on `below`.
QColor mixed(const QColor& below, const QColor& over, double share) {
  const auto mix = [share](int a, int b) { return static_cast<int>(std::lround(a + share * (b - a))); };
  return QColor(mix(below.red(), over.red()), mix(below.green(), over.green()),
                mix(below.blue(), over.blue()));
}

/// The color that the pixel is shown in.
QColor groundColor(const ImageFigure& figure, int u, int v) {
  const ImageLayers& layers = figure.contents().layers;
  QColor ground = theme(ThemeKind::kDark).window;
  const auto cover = [&](const QImage& image, double opacity) {
    if (image.valid(u, v)) {
      const QColor over = image.pixelColor(u, v);
      ground = mixed(ground, over, opacity * over.alphaF());
    }
  };
  cover(figure.rasters()->base, 1.0);
  cover(figure.rasters()->depth, layers.depth_opacity);
  cover(figure.rasters()->nocs, layers.nocs_opacity);
  cover(figure.errors()->fill, layers.errors.opacity);
  cover(figure.errors()->silhouette, layers.errors.opacity);
  cover(figure.errors()->difference, layers.errors.opacity);
  return ground;
}

}  // namespace

QString pixelReadout(const ImageFigure& figure, int u, int v) {
  const QSize size = figure.rasters()->size;
  if (u < 0 || v < 0 || u >= size.width() || v >= size.height()) {
    return {};
  }
  const Frame& frame = *figure.contents().frame;
  QString text = QString("%1, %2").arg(u, 4).arg(v, 4);
  // First what is cut last where there is little room.
  if (const auto difference = differenceText(figure, u, v)) {
    text += "   difference " + *difference + " mm";
  }
  if (holds(frame.color, u, v)) {
    const std::uint8_t* p = frame.color.pixel(u, v);
    text += QString("   rgb %1 %2 %3").arg(p[0], 3).arg(p[1], 3).arg(p[2], 3);
  }
  if (holds(frame.depth, u, v)) {
    text += "   depth " + depthText(*frame.depth.pixel(u, v)) + " m";
  }
  if (holds(figure.errors()->model_depth, u, v)) {
    text += "   model " + depthText(*figure.errors()->model_depth.pixel(u, v)) + " m";
  }
  if (figure.contents().layers.nocs && holds(frame.nocs, u, v)) {
    const std::uint8_t* p = frame.nocs.pixel(u, v);
    text += QString("   nocs %1 %2 %3")
                .arg(p[0] / 255.0, 0, 'f', 2)
                .arg(p[1] / 255.0, 0, 'f', 2)
                .arg(p[2] / 255.0, 0, 'f', 2);
  }
  return text;
}

QStringList pixelLines(const ImageFigure& figure, int u, int v, bool wide) {
  const Frame& frame = *figure.contents().frame;
  if (const auto difference = differenceText(figure, u, v)) {
    QStringList lines{*difference};
    if (wide) {
      lines << depthText(*frame.depth.pixel(u, v)) << depthText(*figure.errors()->model_depth.pixel(u, v));
    }
    return lines;
  }
  if (figure.contents().layers.depth && holds(frame.depth, u, v)) {
    return {depthText(*frame.depth.pixel(u, v))};
  }
  if (holds(frame.color, u, v)) {
    const std::uint8_t* p = frame.color.pixel(u, v);
    return {QString::number(p[0]), QString::number(p[1]), QString::number(p[2])};
  }
  return {};
}

void paintPixelValues(QPainter& painter, const ImageFigure& figure, const ImagePlacement& placement,
                      const QRectF& part) {
  PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
  plot.small_size = std::min(11.0, placement.scale / 3.4);
  const QPointF first = placement.imageFromWidget(part.topLeft());
  const QPointF last = placement.imageFromWidget(part.bottomRight());
  const QSize size = figure.rasters()->size;
  const double row = plot.small_size * 1.05;
  for (int v = std::max(0, static_cast<int>(first.y()));
       v < std::min<double>(size.height(), std::ceil(last.y())); ++v) {
    for (int u = std::max(0, static_cast<int>(first.x()));
         u < std::min<double>(size.width(), std::ceil(last.x())); ++u) {
      const QPointF middle = placement.widgetFromImage().map(QPointF(u + 0.5, v + 0.5));
      const QStringList lines = pixelLines(figure, u, v, placement.scale >= kWidePixel);
      const bool light = groundColor(figure, u, v).lightnessF() > kDarkInkFrom;
      const TextStyle style{TextRole::kSmall, light ? plot.colors.halo : plot.colors.text, true};
      for (qsizetype i = 0; i < lines.size(); ++i) {
        const double aside = (static_cast<double>(i) - 0.5 * static_cast<double>(lines.size() - 1)) * row;
        drawText(painter, plot, middle + QPointF(0.0, aside), Qt::AlignCenter, lines[i], style);
      }
    }
  }
}

}  // namespace alidade
