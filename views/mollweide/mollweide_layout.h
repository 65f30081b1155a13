// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QRectF>

#include "views/base/plot_theme.h"
#include "views/base/rotation_map.h"

class QPainter;

namespace alidade {

/// Which parts a figure has besides the map.
struct MollweideParts {
  bool density = false;  ///< a color bar in place of the tilt wheel
  bool caption = false;  ///< a line above the map
};

/// Where the parts of a Mollweide figure lie inside an area.
struct MollweideLayout : MapPlacement {
  QPointF wheel_center;
  double wheel_radius = 0.0;
  QRectF bar;      ///< of the density
  QRectF legend;   ///< one line at the bottom
  QRectF caption;  ///< one line at the top
};

MollweideLayout layoutMollweide(const QRectF& area, const PlotTheme& theme, const MollweideParts& parts = {});

/// The legend of the tilt: a wheel of its colors with marks every quarter turn.
void paintTiltWheel(QPainter& painter, const PlotTheme& theme, const QPointF& center, double radius,
                    CyclicMap hue);
/// Radius of the wheel, and the distance from its center that its marks reach.
double tiltWheelRadius(const PlotTheme& theme);
double tiltWheelReach(const PlotTheme& theme);
/// The legend of paths: a bar in the colors of t with its ends named, at the left of `area`.
void paintTimeBar(QPainter& painter, const PlotTheme& theme, const QRectF& area, const ColorMap& map);

}  // namespace alidade
