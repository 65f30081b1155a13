// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/rotation_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr double kHalfWidth = 2.0 * std::numbers::sqrt2;
constexpr double kHalfHeight = std::numbers::sqrt2;
constexpr int kOrbitSteps = 180;

/// The direction that a convention projects, at (latitude, longitude): the first column of R for
/// implicit-PDF, the third row for GenPose.
Eigen::Vector3d direction(const Eigen::Vector2d& place, SphereConvention convention) {
  const double c = std::cos(place.x());
  const double s = std::sin(place.x());
  if (convention == SphereConvention::kImplicitPdf) {
    return {c * std::sin(place.y()), -c * std::cos(place.y()), s};
  }
  return {-c * std::sin(place.y()), s, c * std::cos(place.y())};
}

}  // namespace

bool sameStyle(const RotationMapStyle& a, const RotationMapStyle& b) {
  return a.convention == b.convention && a.hue == b.hue && a.amounts == b.amounts &&
         a.show_equivalents == b.show_equivalents && a.canonical == b.canonical &&
         a.camera_side == b.camera_side;
}

void setTruth(RotationMap& map, const Rigid3& truth, const SymmetryGroup& symmetry) {
  map.equivalents.clear();
  map.orbits.clear();
  map.any_rotation = symmetry.any;
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

void centerOn(RotationMapStyle& style, const Eigen::Matrix3d& R) {
  const auto place = rotation_to_sphere(style.camera_side * R * style.canonical, style.convention);
  turnGlobe(style, {place.latitude, place.longitude}, {0.0, 0.0});
}

void turnGlobe(RotationMapStyle& style, const Eigen::Vector2d& from, const Eigen::Vector2d& to) {
  const Eigen::Vector3d a = direction(from, style.convention);
  const Eigen::Vector3d b = direction(to, style.convention);
  const Eigen::Matrix3d turn = Eigen::Quaterniond::FromTwoVectors(a, b).toRotationMatrix();
  // Implicit-PDF projects a column, which turns with factors on the left; GenPose a row, which turns with
  // factors on the right.
  if (style.convention == SphereConvention::kImplicitPdf) {
    style.camera_side = project_to_so3(turn * style.camera_side);
  } else {
    style.canonical = project_to_so3(style.canonical * turn.transpose());
  }
}

void turnCanonical(RotationMapStyle& style, double right, double up, double tilt) {
  const Eigen::Vector3d vector = style.convention == SphereConvention::kImplicitPdf
                                     ? Eigen::Vector3d(tilt, -up, right)
                                     : Eigen::Vector3d(up, right, tilt);
  if (const double angle = vector.norm(); angle > 0.0) {
    style.canonical = project_to_so3(style.canonical * rotation_about(vector / angle, angle));
  }
}

QPointF MapPlacement::at(double latitude, double longitude) const {
  const Eigen::Vector2d xy = mollweide(latitude, longitude);
  return center + QPointF(xy.x() * scale, -xy.y() * scale);
}

Eigen::Vector2d MapPlacement::placeOf(const QPointF& point) const {
  return mollweide_inverse({(point.x() - center.x()) / scale, -(point.y() - center.y()) / scale});
}

QRectF MapPlacement::bounds() const {
  const QPointF half(kHalfWidth * scale, kHalfHeight * scale);
  return {center - half, center + half};
}

MapPlacement placeMap(const QRectF& area, const PlotTheme& theme) {
  const double room = theme.text_size + theme.line;  // rings at the rim stay inside
  return {area.center(), std::max(1e-3, std::min((area.width() - room) / (2.0 * kHalfWidth),
                                                 (area.height() - room) / (2.0 * kHalfHeight)))};
}

QPointF placeOnMap(const QRectF& area, const PlotTheme& theme, const RotationMap& map,
                   const Eigen::Matrix3d& R) {
  return placeMap(area, theme).at(map.place(R));
}

std::vector<MapDot> mapDots(const RotationMap& map) {
  std::vector<MapDot> dots;
  dots.reserve(map.samples.size());
  for (const Eigen::Matrix3d& R : map.samples) {
    const SphereRotation place = map.place(R);
    const Eigen::Vector2d xy = mollweide(place.latitude, place.longitude);
    dots.push_back({xy.x(), xy.y(), place.hue});
  }
  return dots;
}

std::vector<int> mapDotsInside(const std::vector<MapDot>& dots, const MapPlacement& on,
                               const QPolygonF& line) {
  const QRectF bounds = line.boundingRect();
  std::vector<int> inside;
  for (std::size_t i = 0; i < dots.size(); ++i) {
    const QPointF place = on.center + QPointF(dots[i].x * on.scale, -dots[i].y * on.scale);
    if (bounds.contains(place) && line.containsPoint(place, Qt::OddEvenFill)) {
      inside.push_back(static_cast<int>(i));
    }
  }
  return inside;
}

}  // namespace alidade
