// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <Eigen/Core>
#include <QString>

#include "views/base/pose_overlay.h"

namespace alidade {

/// "123.4 mm", from a metre on "1.234 m".
QString lengthText(double metres);

/// Paints measured points in the frame's camera as crosses, and between two of them a line with its length.
/// The text stays inside the painter's clip.
void paintMeasurement(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                      const std::vector<Eigen::Vector3d>& points);

}  // namespace alidade
