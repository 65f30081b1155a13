// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <QPolygonF>
#include <QRectF>
#include <QString>

#include "views/base/color_map.h"
#include "views/base/plot_theme.h"
#include "views/kernels/kernel_sheet.h"

class QPainter;

namespace alidade {

/// The color of a channel's value in [0, 1]: viridis, as lightness alone tells it too; muted for what
/// is not known.
QColor kernelColor(const PlotTheme& theme, double value);

/// How one cell looks.
struct CellLook {
  double value = 0.0;
  double fill = 1.0;                        ///< edge of what is filled, of the cell; 0 = no pairs
  bool hatched = false;                     ///< few pairs
  QString text{};                           ///< inside, where it fits
  std::optional<GammaInterval> interval{};  ///< along the lower edge
};

/// Paints a cell of a map into `box`: its frame, what is filled, and a cross where there are no pairs.
void paintCell(QPainter& painter, const PlotTheme& theme, const QRectF& box, const CellLook& look);

/// The frame of what is picked: above its neighbors, after them.
void paintPicked(QPainter& painter, const PlotTheme& theme, const QPolygonF& outline);

/// The same as a tile in space: `top` is its upper face (near left, near right, far right, far left),
/// `height` that of its front.
void paintTile(QPainter& painter, const PlotTheme& theme, const QPolygonF& top, double height,
               const CellLook& look);

/// Slanted and round lines are smoothed while it lives; upright ones are crisp without.
class SmoothLines {
 public:
  explicit SmoothLines(QPainter& painter);
  ~SmoothLines();
  SmoothLines(const SmoothLines&) = delete;
  SmoothLines& operator=(const SmoothLines&) = delete;

 private:
  QPainter& painter_;
  bool before_;
};

/// Strokes across an area, cut at its sides.
void paintStrokes(QPainter& painter, const PlotTheme& theme, const QRectF& area, const QColor& color);

/// The height of the key, and the key: a color bar named after the channel, sizes of cells by pairs, and what
/// hatching means.
double kernelKeyHeight(const PlotTheme& theme);
void paintKernelKey(QPainter& painter, const PlotTheme& theme, const QRectF& area, const KernelSheet& sheet);

}  // namespace alidade
