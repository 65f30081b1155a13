// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "views/training/training_pens.h"

namespace alidade {
namespace {

constexpr double kWantedAspect = 1.7;
constexpr double kHolePrice = 0.1;   // of an empty place in the grid, as a logarithm of the aspect
constexpr double kMostLegend = 0.4;  // of the height

std::vector<LegendEntry> legendOf(const TrainingPlots& plots, const PlotTheme& theme) {
  std::vector<LegendEntry> entries;
  for (const auto& entry : plots.legend) {
    entries.push_back({LegendEntry::Mark::kLine, runPen(theme, entry.style, 1.3 * theme.line), entry.name});
  }
  bool raw = false, seeds = false;
  for (const TrainingPlot& plot : plots.plots) {
    for (const TrainingCurve& curve : plot.curves) {
      seeds = seeds || curve.arm;
      raw = raw || (!curve.arm && !curve.pale.empty());
    }
  }
  const QPen pale = palePen(theme, theme.colors.muted);
  if (raw || seeds) {
    entries.push_back({LegendEntry::Mark::kLine, pale,
                       !seeds ? "raw"
                       : raw  ? "raw, or a single seed"
                              : "a single seed"});
  }
  if (seeds) {
    entries.push_back({LegendEntry::Mark::kLine, bandPen(theme), "least to greatest"});
  }
  if (!plots.boundaries.empty()) {
    entries.push_back({LegendEntry::Mark::kLine, boundaryPen(theme), "end of pre-training"});
  }
  return entries;
}

/// Columns of a grid of `count` panels.
std::size_t columnsFor(std::size_t count, const QSizeF& size) {
  std::size_t columns = 1;
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t c = 1; c <= count; ++c) {
    const std::size_t rows = (count + c - 1) / c;
    const double aspect =
        size.width() * static_cast<double>(rows) / std::max(size.height() * static_cast<double>(c), 1e-6);
    const double off = std::abs(std::log(std::max(aspect, 1e-6) / kWantedAspect)) +
                       kHolePrice * static_cast<double>(rows * c - count);
    if (off < best) {
      best = off;
      columns = c;
    }
  }
  return columns;
}

std::vector<TrainingLayout::Panel> panelsIn(const QRectF& grid, const std::vector<ChartFrame>& frames,
                                            const PlotTheme& theme) {
  const double gap = theme.spacing;
  const double small = lineHeight(theme, TextRole::kSmall);
  const std::size_t count = frames.size();
  const std::size_t columns = columnsFor(count, grid.size());
  const std::size_t rows = (count + columns - 1) / columns;
  const double width =
      (grid.width() - static_cast<double>(columns - 1) * 3.0 * gap) / static_cast<double>(columns);
  const double height = grid.height() / static_cast<double>(std::max<std::size_t>(rows, 1));
  const double title = small + gap;
  const double plot = std::max(height - title - 2.0 * gap, 1.0);
  std::vector<TrainingLayout::Panel> panels;
  for (std::size_t i = 0; i < count; ++i) {
    double labels = 0.0;  // of the whole column, so that its panels stand above each other
    for (std::size_t k = i % columns; k < count; k += columns) {
      labels = std::max(labels, numbersWidth(theme, frames[k].y, plot));
    }
    const QPointF corner(grid.left() + static_cast<double>(i % columns) * (width + 3.0 * gap),
                         grid.top() + static_cast<double>(i / columns) * height);
    TrainingLayout::Panel panel{{corner.x(), corner.y(), width, small}, frames[i], i + columns >= count};
    panel.frame.area = {corner.x() + labels + 2.0 * gap, corner.y() + title,
                        std::max(width - labels - 3.0 * gap, 1.0), plot};
    panels.push_back(panel);
  }
  return panels;
}

}  // namespace

TrainingLayout layoutTraining(const TrainingPlots& plots, const std::vector<ChartFrame>& frames,
                              const QRectF& area, const PlotTheme& theme) {
  TrainingLayout made;
  const double gap = theme.spacing;
  const double small = lineHeight(theme, TextRole::kSmall);
  const QRectF inner = area.adjusted(2.0 * gap, 2.0 * gap, -2.0 * gap, -gap);
  made.legend = legendRows(theme, legendOf(plots, theme), inner.width());
  const double rows_fit = std::max(1.0, std::floor(kMostLegend * inner.height() / small));
  made.legend.resize(std::min(made.legend.size(), static_cast<std::size_t>(rows_fit)));
  made.legend_area = {inner.left(), inner.top(), inner.width(), legendHeight(theme, made.legend)};
  const double top = made.legend_area.bottom() + 2.0 * gap;
  const double bottom = inner.bottom() - 2.0 * small - gap;  // step numbers, and what they are
  made.panels = panelsIn({inner.left(), top, inner.width(), bottom - top}, frames, theme);
  return made;
}

}  // namespace alidade
