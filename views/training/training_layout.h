// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QRectF>

#include "views/base/chart/chart_frame.h"
#include "views/base/chart/chart_legend.h"
#include "views/training/training_plots.h"

namespace alidade {

/// Where the parts of a training figure lie.
struct TrainingLayout {
  struct Panel {
    QRectF title;
    ChartFrame frame;
    bool step_labels = false;  ///< the lowest of its column
  };
  std::vector<Panel> panels;
  LegendRows legend;
  QRectF legend_area;
};

/// Lays the panels out as a grid below the legend, in the shape in which they are about as wide as plots are
/// read best; those of a column begin and end at the same place. `frames` come with everything but their
/// area, one per panel.
TrainingLayout layoutTraining(const TrainingPlots& plots, const std::vector<ChartFrame>& frames,
                              const QRectF& area, const PlotTheme& theme);

}  // namespace alidade
