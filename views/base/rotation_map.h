// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <Eigen/Core>
#include <QPointF>
#include <QRectF>

#include "core/geometry/rigid.h"
#include "core/geometry/sphere_projection.h"
#include "core/geometry/symmetry.h"
#include "views/base/color_map.h"
#include "views/base/plot_theme.h"

class QPainter;

namespace alidade {

/// One small Mollweide map of rotations (cam_from_obj) without wheel and legend, for small multiples.
struct RotationMap {
  std::vector<Eigen::Matrix3d> samples;
  std::vector<Eigen::Matrix3d> equivalents;          ///< of the truth, finite symmetries: one ring each
  std::vector<std::vector<Eigen::Matrix3d>> orbits;  ///< of the truth, continuous symmetries: closed curves
  SphereConvention convention = SphereConvention::kImplicitPdf;
  CyclicMap hue = CyclicMap::kUniform;
};

/// Fills equivalents and orbits from a truth and its symmetry; both stay empty when every rotation is equal.
void setTruth(RotationMap& map, const Rigid3& truth, const SymmetryGroup& symmetry);

/// Where a rotation lies on the map that is painted into `area`.
QPointF placeOnMap(const QRectF& area, const PlotTheme& theme, const RotationMap& map,
                   const Eigen::Matrix3d& R);

/// Paints the map as large as it fits into the middle of `area`: graticule, rings and curves of the truth,
/// samples on top.
void paintRotationMap(QPainter& painter, const PlotTheme& theme, const QRectF& area, const RotationMap& map);

}  // namespace alidade
