// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/rotation_map_density.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <QImage>
#include <QPainter>
#include <QPainterPath>

#include "core/base/constants.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr int kColors = 512;
constexpr double kPrintPixels = 4.0;  // per point: 288 dpi
constexpr int kMostPixels = 4096;

/// A rotation whose first column is the unit vector to the displayed rotation's place on the map, and whose
/// turn about it is that rotation's fiber. A fixed change of frames (with the transpose for GenPose, which
/// projects a row): it keeps the Haar measure.
Eigen::Matrix3d fibered(const Eigen::Matrix3d& R, SphereConvention convention) {
  if (convention == SphereConvention::kImplicitPdf) {
    return (Eigen::Matrix3d() << -R.row(1), R.row(0), R.row(2)).finished();
  }
  const Eigen::Matrix3d rows = R.transpose();  // its third column is projected
  Eigen::Matrix3d turned;
  turned << rows.row(2), -rows.row(0), rows.row(1);
  return (Eigen::Matrix3d() << turned.col(2), turned.col(1), turned.col(0)).finished();
}

std::array<QRgb, kColors> colorTable(const ColorMap& map) {
  std::array<QRgb, kColors> colors{};
  for (int i = 0; i < kColors; ++i) {
    colors[static_cast<std::size_t>(i)] = map.at(static_cast<double>(i) / (kColors - 1)).rgb();
  }
  return colors;
}

/// Values along one row of pixels. Columns are `step` of longitude apart.
void rowOfCells(const MapDensity& density, double latitude, double first, double step,
                std::vector<double>& out) {
  if (density.radius > 0.0) {
    density.sphere.interpolate(density.relative, latitude, first, step, out);
    return;
  }
  const double c = std::cos(latitude), s = std::sin(latitude);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double longitude = first + static_cast<double>(i) * step;
    out[i] = density.relative[density.sphere.index({c * std::cos(longitude), c * std::sin(longitude), s})];
  }
}

/// The rectangle about the map in pixels; the corners outside of the ellipse go on with its rim's colors.
QImage densityImage(const MapDensity& density, const ColorMap& map, int width, int height) {
  QImage image(width, height, QImage::Format_RGB32);
  const auto colors = colorTable(map);
  const double to_share = density.highest > 0.0 ? 1.0 / density.highest : 0.0;
  std::vector<double> row;
  for (int y = 0; y < height; ++y) {
    const double up = std::numbers::sqrt2 * (1.0 - 2.0 * (y + 0.5) / height);
    const double latitude = mollweide_inverse({0.0, up}).x();
    const double half = std::sqrt(std::max(0.0, 1.0 - 0.5 * up * up));  // of the ellipse's width, 0..1
    const int margin = std::clamp(static_cast<int>(0.5 * width * (1.0 - half)) - 1, 0, (width - 1) / 2);
    row.resize(static_cast<std::size_t>(width - 2 * margin));
    const double step = 2.0 * kPi / (width * std::max(half, 1e-6));
    rowOfCells(density, latitude, (margin + 0.5 - 0.5 * width) * step, step, row);
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < width; ++x) {
      const int inside = std::clamp(x - margin, 0, static_cast<int>(row.size()) - 1);
      const double share = std::sqrt(row[static_cast<std::size_t>(inside)] * to_share);
      const int color = static_cast<int>(share * (kColors - 1) + 0.5);
      line[x] = colors[static_cast<std::size_t>(std::clamp(color, 0, kColors - 1))];
    }
  }
  return image;
}

/// 0, 1 and round numbers up to `high`, for a scale of roots.
std::vector<double> rootTicks(double high) {
  std::vector<double> ticks{0.0};
  if (high < 1.0) {
    ticks.push_back(0.5);
  }
  for (double decade = 1.0; decade <= high; decade *= 10.0) {
    for (const double step : {1.0, 2.0, 4.0}) {
      if (decade * step <= high) {
        ticks.push_back(decade * step);
      }
    }
  }
  return ticks;
}

}  // namespace

double chosenKernelRadius(std::size_t samples) {
  const double count = static_cast<double>(std::max<std::size_t>(samples, 1));
  return std::clamp(40.0 * std::pow(count / 50.0, -1.0 / 7.0), 8.0, 60.0) * kRadiansPerDegree;
}

std::shared_ptr<const MapDensity> mapDensity(const RotationMap& map, const MapDensityOptions& options) {
  auto density = std::make_shared<MapDensity>();
  density->options = options;
  density->radius = options.radius < 0.0 ? chosenKernelRadius(map.samples.size()) : options.radius;
  std::vector<Eigen::Matrix3d> rotations;
  rotations.reserve(map.samples.size());
  for (const Eigen::Matrix3d& R : map.samples) {
    rotations.push_back(fibered(map.camera_side * R * map.canonical, map.convention));
  }
  density->sphere = SphereGrid(options.sides);
  density->relative = sphere_density(rotations, density->sphere, density->radius);
  density->highest = *std::max_element(density->relative.begin(), density->relative.end());
  return density;
}

void paintMapDensity(QPainter& painter, const MapPlacement& on, const MapDensity& density,
                     const ColorMap& map) {
  const QRectF bounds = on.bounds();
  const bool vectors = painter.device()->devType() != QInternal::Widget &&
                       painter.device()->devType() != QInternal::Image &&
                       painter.device()->devType() != QInternal::Pixmap;
  const QTransform& shown = painter.combinedTransform();
  const double ratio =
      vectors ? kPrintPixels : std::hypot(shown.m11(), shown.m12());  // device pixels per logical unit
  const QImage image = densityImage(
      density, map, std::clamp(static_cast<int>(std::lround(bounds.width() * ratio)), 2, kMostPixels),
      std::clamp(static_cast<int>(std::lround(bounds.height() * ratio)), 2, kMostPixels));
  painter.save();
  QPainterPath ellipse;
  ellipse.addEllipse(bounds);
  if (vectors) {
    painter.setClipPath(ellipse, Qt::IntersectClip);
    painter.drawImage(bounds, image);
  } else {
    // A brush has a smooth rim, a clip has not.
    QBrush brush(image);
    brush.setTransform(QTransform(bounds.width() / image.width(), 0.0, 0.0, bounds.height() / image.height(),
                                  bounds.left(), bounds.top()));
    painter.setPen(Qt::NoPen);
    painter.fillPath(ellipse, brush);
  }
  painter.restore();
}

double densityBarHeight(const PlotTheme& theme) {
  return 2.0 * lineHeight(theme, TextRole::kSmall) + theme.text_size;
}

void paintDensityBar(QPainter& painter, const PlotTheme& theme, const QRectF& area, const MapDensity& density,
                     const ColorMap& map) {
  const TextStyle muted{TextRole::kSmall, theme.colors.muted};
  drawText(painter, theme, {area.right(), area.top()}, Qt::AlignRight | Qt::AlignTop, "density (1 = uniform)",
           muted);
  const double line = lineHeight(theme, TextRole::kSmall);
  const QRectF bar(area.left(), area.top() + line + 0.1 * theme.text_size, area.width(),
                   0.7 * theme.text_size);
  constexpr int kSteps = 64;
  painter.setPen(Qt::NoPen);
  for (int i = 0; i < kSteps; ++i) {
    painter.setBrush(map.at((i + 0.5) / kSteps));
    const double left = bar.left() + bar.width() * i / kSteps;
    // Each part reaches under the next one, so that no seam shows.
    painter.drawRect(
        QRectF(left, bar.top(), std::min(1.6 * bar.width() / kSteps, bar.right() - left), bar.height()));
  }
  painter.setPen(QPen(theme.colors.border, theme.hairline));
  const double high = density.highest > 0.0 ? density.highest : 1.0;
  const TextStyle number{TextRole::kSmall, theme.colors.muted, true};
  double free_from = bar.left() - theme.text_size;
  for (const double tick : rootTicks(high)) {
    const double x = bar.left() + bar.width() * std::sqrt(tick / high);
    const QString text = numberText(tick, tick < 1.0 && tick > 0.0 ? 1 : 0);
    const double half = 0.5 * textWidth(theme, text, number);
    if (x - half >= free_from && x + half <= area.right() + half) {
      painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + 0.25 * theme.text_size));
      drawText(painter, theme, {x, bar.bottom() + 0.25 * theme.text_size}, Qt::AlignHCenter | Qt::AlignTop,
               text, number);
      free_from = x + half + theme.spacing;
    }
  }
}

}  // namespace alidade
