// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <QRectF>

#include "core/geometry/so3_grid.h"
#include "views/base/rotation_map.h"

namespace alidade {

/// What a density is made of.
struct MapDensityOptions {
  int sides = 16;  ///< of the equal-volume grid: 72 sides^3 cells on SO(3), 12 sides^2 places on the map
  double radius = -1.0;  ///< of the kernel, radians; 0 counts per cell, negative chooses after the number

  bool operator==(const MapDensityOptions&) const = default;
};

/// The density of rotations at the places of a map, the turns at each place summed up.
struct MapDensity {
  MapDensityOptions options;
  SphereGrid sphere{1};
  std::vector<double> relative;  ///< per sphere cell; 1 = as dense as uniform rotations
  double highest = 0.0;
  double radius = 0.0;  ///< of the kernel that was used
};

/// 40 degrees for 50 samples, falling with the seventh root of their number as is best in three dimensions
/// (Silverman 1986, section 4.3); at most 60, at least 8 degrees.
double chosenKernelRadius(std::size_t samples);

/// The density of the map's samples as it displays them, on an equal-volume grid on SO(3).
std::shared_ptr<const MapDensity> mapDensity(const RotationMap& map, const MapDensityOptions& options);

/// Fills the map's ellipse. Colors go with the square root of the density from 0 to the highest value, so
/// that a thin orbit is seen beside a peak; values are linear between the cells' centers (the cells
/// themselves where no kernel smooths them).
void paintMapDensity(QPainter& painter, const MapPlacement& on, const MapDensity& density,
                     const ColorMap& map);

/// A color bar with ticks on the scale of roots, its label above: density of the places relative to uniform.
void paintDensityBar(QPainter& painter, const PlotTheme& theme, const QRectF& area, const MapDensity& density,
                     const ColorMap& map);
/// Height that the bar needs.
double densityBarHeight(const PlotTheme& theme);

}  // namespace alidade
