// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "views/base/chart/chart_frame.h"

namespace alidade {

/// The frame in `area` of a plot over diffusion time as sampling runs: t = 1 (noise) at the left, t = 0
/// (data) at the right. Plots of one size have the same frame, whatever their numbers; values beyond the
/// vertical axis lie on its ends.
ChartFrame timeFrame(const PlotTheme& theme, const QRectF& area, const ChartAxis& values);

/// Paints grid, numbers and labels of the frame that timeFrame makes in `area`, and returns it.
ChartFrame paintTimeAxes(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                         const ChartAxis& values);

}  // namespace alidade
