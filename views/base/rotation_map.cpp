// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/rotation_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <QPainter>
#include <QPolygonF>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kHalfWidth = 2.0 * std::numbers::sqrt2;
constexpr double kHalfHeight = std::numbers::sqrt2;
constexpr int kOrbitSteps = 120;
constexpr int kMeridianSteps = 40;

/// Center and logical units per unit of the projection.
struct Placement {
  QPointF center;
  double scale = 1.0;

  QPointF at(double latitude, double longitude) const {
    const Eigen::Vector2d xy = mollweide(latitude, longitude);
    return center + QPointF(xy.x() * scale, -xy.y() * scale);
  }
  QPointF at(const SphereRotation& place) const { return at(place.latitude, place.longitude); }
};

double ringRadius(const PlotTheme& theme) {
  return 0.45 * theme.text_size;
}

Placement placementIn(const QRectF& area, const PlotTheme& theme) {
  const double room = 2.0 * ringRadius(theme) + theme.line;  // rings at the rim stay inside
  return {area.center(), std::max(1e-3, std::min((area.width() - room) / (2.0 * kHalfWidth),
                                                 (area.height() - room) / (2.0 * kHalfHeight)))};
}

void paintGraticule(QPainter& painter, const PlotTheme& theme, const Placement& on) {
  painter.setBrush(Qt::NoBrush);
  painter.setPen(theme.gridPen());
  for (int degrees = -60; degrees <= 60; degrees += 30) {
    const double latitude = degrees * kPi / 180.0;
    painter.drawLine(on.at(latitude, -kPi), on.at(latitude, kPi));
  }
  for (int degrees = -180; degrees <= 180; degrees += 60) {
    QPolygonF meridian;
    for (int step = 0; step <= kMeridianSteps; ++step) {
      const double latitude = kPi * (static_cast<double>(step) / kMeridianSteps - 0.5);
      meridian << on.at(latitude, degrees * kPi / 180.0);
    }
    const bool rim = std::abs(degrees) == 180;
    painter.setPen(rim ? QPen(theme.colors.border, 1.2 * theme.hairline) : theme.gridPen());
    painter.drawPolyline(meridian);
  }
}

/// A tube in the colors of the tilt, open inside, so that samples on it are seen.
void paintOrbits(QPainter& painter, const PlotTheme& theme, const Placement& on, const RotationMap& map) {
  const double radius = 0.8 * ringRadius(theme);
  const auto stroke = [&](double width, bool colored) {
    for (const auto& orbit : map.orbits) {
      for (std::size_t i = 0; i < orbit.size(); ++i) {
        const SphereRotation a = rotation_to_sphere(orbit[i], map.convention);
        const SphereRotation b = rotation_to_sphere(orbit[(i + 1) % orbit.size()], map.convention);
        const QColor color = colored ? cyclicColor(map.hue, a.hue) : theme.background();
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap));
        // A step over the map's rim would cross the whole map.
        const bool wraps = std::abs(a.longitude - b.longitude) > kPi;
        painter.drawLine(on.at(a), wraps ? on.at(a) + QPointF(0.0, 1e-3) : on.at(b));
      }
    }
  };
  stroke(2.0 * radius + theme.line, true);
  stroke(2.0 * radius - theme.line, false);
}

/// Equivalents that differ by tilt alone lie on one another: each gets its share of the circle.
void paintRings(QPainter& painter, const PlotTheme& theme, const Placement& on, const RotationMap& map) {
  const double radius = ringRadius(theme);
  std::vector<QPointF> centers;
  std::vector<QColor> colors;
  for (const auto& R : map.equivalents) {
    const SphereRotation place = rotation_to_sphere(R, map.convention);
    centers.push_back(on.at(place));
    colors.push_back(cyclicColor(map.hue, place.hue));
  }
  for (std::size_t i = 0; i < centers.size(); ++i) {
    std::vector<std::size_t> together;
    for (std::size_t k = 0; k < centers.size(); ++k) {
      const QPointF away = centers[k] - centers[i];
      if (std::hypot(away.x(), away.y()) < 0.3 * radius) {
        together.push_back(k);
      }
    }
    if (together.front() != i) {
      continue;
    }
    const QRectF circle(centers[i] - QPointF(radius, radius), QSizeF(2.0 * radius, 2.0 * radius));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.background());
    painter.drawEllipse(circle);
    const int span = 360 * 16 / static_cast<int>(together.size());
    for (std::size_t k = 0; k < together.size(); ++k) {
      painter.setPen(QPen(colors[together[k]], 1.3 * theme.line, Qt::SolidLine, Qt::FlatCap));
      painter.drawArc(circle, 90 * 16 + static_cast<int>(k) * span, span);
    }
  }
}

void paintSamples(QPainter& painter, const PlotTheme& theme, const Placement& on, const RotationMap& map) {
  const double count = static_cast<double>(std::max<std::size_t>(1, map.samples.size()));
  const double radius = theme.text_size * std::clamp(0.36 * std::pow(count, -0.18), 0.075, 0.25);
  painter.setPen(QPen(theme.background(), 0.5 * theme.hairline));
  for (const auto& R : map.samples) {
    const SphereRotation place = rotation_to_sphere(R, map.convention);
    painter.setBrush(cyclicColor(map.hue, place.hue));
    painter.drawEllipse(on.at(place), radius, radius);
  }
}

}  // namespace

void setTruth(RotationMap& map, const Rigid3& truth, const SymmetryGroup& symmetry) {
  map.equivalents.clear();
  map.orbits.clear();
  if (symmetry.any) {
    return;
  }
  for (const Rigid3& element : symmetry.finite) {
    if (symmetry.axes.empty()) {
      map.equivalents.push_back(truth.R * element.R);
    }
    for (const SymmetryAxis& axis : symmetry.axes) {
      std::vector<Eigen::Matrix3d> orbit;
      for (int step = 0; step < kOrbitSteps; ++step) {
        orbit.push_back(truth.R * rotation_about(axis.axis, 2.0 * kPi * step / kOrbitSteps) * element.R);
      }
      map.orbits.push_back(std::move(orbit));
    }
  }
}

QPointF placeOnMap(const QRectF& area, const PlotTheme& theme, const RotationMap& map,
                   const Eigen::Matrix3d& R) {
  return placementIn(area, theme).at(rotation_to_sphere(R, map.convention));
}

void paintRotationMap(QPainter& painter, const PlotTheme& theme, const QRectF& area, const RotationMap& map) {
  const Placement on = placementIn(area, theme);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintGraticule(painter, theme, on);
  paintOrbits(painter, theme, on, map);
  paintRings(painter, theme, on, map);
  paintSamples(painter, theme, on, map);
  painter.restore();
}

}  // namespace alidade
