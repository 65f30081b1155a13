// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/geometry/symmetry.h"
#include "views/base/rotation_map.h"

namespace alidade {

/// One normal distribution of rotations in place of the samples of a map.
struct MapSummary {
  double level = 0.9;
  std::vector<Eigen::Matrix3d> means;  ///< the mean and its finite equivalents
  /// Closed curves of rotations whose places bound where the axis that the map shows points with probability
  /// `level`, one per mean; empty where a continuous symmetry leaves that axis undetermined.
  std::vector<std::vector<Eigen::Matrix3d>> outlines;
  std::string warning;  ///< why it misleads; empty when it does not
};

/// The summary of a map's samples under a symmetry (core/evaluation/errors/pose_summary.h); null with fewer
/// than three.
std::shared_ptr<const MapSummary> mapSummary(const RotationMap& map, const SymmetryGroup& symmetry,
                                             double level);

/// Paints the outlines and a cross at each mean.
void paintMapSummary(QPainter& painter, const PlotTheme& theme, const MapPlacement& on,
                     const RotationMap& map, const MapSummary& summary);
/// The pen of the outlines on this ground.
QPen summaryPen(const PlotTheme& theme, bool over_density);

}  // namespace alidade
