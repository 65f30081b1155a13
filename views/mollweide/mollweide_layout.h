// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>
#include <QPointF>
#include <QRectF>

#include "views/base/plot_theme.h"

namespace alidade {

/// Where the parts of a Mollweide figure lie inside an area.
struct MollweideLayout {
  QPointF center;      ///< of the map
  double scale = 1.0;  ///< logical units per unit of the projection (half axes 2 sqrt 2 and sqrt 2)
  QPointF wheel_center;
  double wheel_radius = 0.0;
  QRectF legend;

  /// Point of (latitude, longitude) in radians.
  QPointF at(double latitude, double longitude) const;
  /// (latitude, longitude) of a point; NaN outside of the map.
  Eigen::Vector2d placeOf(const QPointF& point) const;
};

MollweideLayout layoutMollweide(const QRectF& area, const PlotTheme& theme);

}  // namespace alidade
