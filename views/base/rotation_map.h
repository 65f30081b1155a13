// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <Eigen/Core>
#include <QPointF>
#include <QPolygonF>
#include <QRectF>

#include "core/geometry/rigid.h"
#include "core/geometry/sphere_projection.h"
#include "core/geometry/symmetry.h"
#include "views/base/chosen_color_map.h"
#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// How rotations become places and colors. Each rotation is displayed as camera_side * R * canonical.
struct RotationMapStyle {
  SphereConvention convention = SphereConvention::kImplicitPdf;
  CyclicMap hue = CyclicMap::kUniform;
  ColorMap amounts = SequentialMap::kViridis;  ///< of densities, and of t on paths
  bool show_equivalents = true;
  Eigen::Matrix3d canonical = Eigen::Matrix3d::Identity();  ///< object side, as in implicit-PDF
  Eigen::Matrix3d camera_side = Eigen::Matrix3d::Identity();
};

/// Rotations are shown at the same places in the same colors.
bool sameStyle(const RotationMapStyle& a, const RotationMapStyle& b);

/// The way of one sample from noise to the end.
struct RotationPath {
  int sample = 0;  ///< number
  std::vector<Eigen::Matrix3d> states;
  std::vector<double> times;  ///< diffusion time of each state
};

struct MapDensity;

/// Rotations (cam_from_obj) on a Mollweide map: place = where an axis points, color = the turn about it.
struct RotationMap : RotationMapStyle {
  std::vector<Eigen::Matrix3d> samples;
  std::vector<double> weights;  ///< one per sample, the dot's area is proportional to it; empty: all equal
  std::vector<int> marked;      ///< samples that stand out, ascending; the others are dimmed
  int emphasized = -1;          ///< of these, one that is ringed and whose path is strong
  std::shared_ptr<const std::vector<RotationPath>> paths;  ///< lines in the colors of t; may be null
  std::vector<Eigen::Matrix3d> equivalents;                ///< of the truth, finite symmetries: one ring each
  std::vector<std::vector<Eigen::Matrix3d>> orbits;  ///< of the truth, continuous symmetries: closed curves
  bool any_rotation = false;                  ///< every rotation is equivalent (sphere): nothing can be drawn
  std::shared_ptr<const MapDensity> density;  ///< shown in place of the dots; see rotation_map_density.h

  SphereRotation place(const Eigen::Matrix3d& R) const {
    return rotation_to_sphere(camera_side * R * canonical, convention);
  }
};

/// Fills equivalents, orbits and any_rotation from a truth and its symmetry.
void setTruth(RotationMap& map, const Rigid3& truth, const SymmetryGroup& symmetry);
/// Turns the display so that rotation R lands in the middle of the map.
void centerOn(RotationMapStyle& style, const Eigen::Matrix3d& R);
/// Turns the display like a globe: what lies at (latitude, longitude) `from` comes to `to`.
void turnGlobe(RotationMapStyle& style, const Eigen::Vector2d& from, const Eigen::Vector2d& to);
/// Turns the canonical rotation, the object side: samples of tilt 0 in the middle of the map move right and
/// up by so many radians (under GenPose's convention all do), and tilts grow by `tilt`.
void turnCanonical(RotationMapStyle& style, double right, double up, double tilt);

/// Where a map is painted.
struct MapPlacement {
  QPointF center;
  double scale = 1.0;  ///< logical units per unit of the projection (half axes 2 sqrt 2 and sqrt 2)

  /// The point of (latitude, longitude) in radians.
  QPointF at(double latitude, double longitude) const;
  QPointF at(const SphereRotation& place) const { return at(place.latitude, place.longitude); }
  /// (latitude, longitude) of a point; NaN outside of the map.
  Eigen::Vector2d placeOf(const QPointF& point) const;
  /// The rectangle about the map's ellipse.
  QRectF bounds() const;
};

/// The largest map that fits into the middle of `area` with its rings.
MapPlacement placeMap(const QRectF& area, const PlotTheme& theme);
/// Where a rotation lies on the map that is painted into `area`.
QPointF placeOnMap(const QRectF& area, const PlotTheme& theme, const RotationMap& map,
                   const Eigen::Matrix3d& R);

/// A sample on the map of half axes 2 sqrt 2 and sqrt 2, y up.
struct MapDot {
  double x = 0.0, y = 0.0;
  double hue = 0.0;
};
/// The places of all samples, in order.
std::vector<MapDot> mapDots(const RotationMap& map);
/// Numbers of the dots inside a closed line, ascending.
std::vector<int> mapDotsInside(const std::vector<MapDot>& dots, const MapPlacement& on,
                               const QPolygonF& line);

/// Paints map and samples as large as they fit into the middle of `area`.
void paintRotationMap(QPainter& painter, const PlotTheme& theme, const QRectF& area, const RotationMap& map);
/// What is behind the dots: graticule, density, rings and curves of the truth, paths.
void paintMapBackdrop(QPainter& painter, const PlotTheme& theme, const MapPlacement& on,
                      const RotationMap& map);
/// The dots, which must be those of `map`. Many are stamped into a picture on screen; in print each is a
/// vector.
void paintMapDots(QPainter& painter, const PlotTheme& theme, const MapPlacement& on, const RotationMap& map,
                  const std::vector<MapDot>& dots);

/// Radius of a dot of full weight among `count`, in logical units.
double mapDotRadius(const PlotTheme& theme, const MapPlacement& on, std::size_t count);
/// Color of the diffusion time t on paths: the end stands out, the noise stands back.
QColor pathColor(const PlotTheme& theme, double t, const ColorMap& map = SequentialMap::kViridis);

}  // namespace alidade
