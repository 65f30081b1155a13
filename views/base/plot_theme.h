// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QColor>
#include <QPen>
#include <QString>

#include "views/base/theme.h"

namespace alidade {

/// How figures are painted: colors, and sizes in the painter's logical units. On screen a unit is a pixel, in
/// print a point (1/72 inch); line widths are never cosmetic, so they scale with the figure.
struct PlotTheme {
  Theme colors;
  bool print = false;             ///< units are points; on paper or into a file
  bool text_as_outlines = false;  ///< draw glyphs as paths (SVG that needs no font)
  bool transparent = false;       ///< leave the background unpainted
  QString family;                 ///< of all text
  QString number_family;          ///< of numbers: digits of equal width
  double text_size = 12.0;
  double small_size = 11.0;
  double title_size = 12.0;
  double line = 1.5;      ///< data lines
  double hairline = 1.0;  ///< axes, graticules
  double spacing = 4.0;   ///< the grid that distances are multiples of

  /// Behind the data: the surface color.
  const QColor& background() const { return colors.surface; }
  QPen axisPen() const { return {colors.border, hairline}; }
  QPen gridPen() const { return {colors.grid, hairline}; }
  /// Ground truth is solid, a prediction dashed, so that they differ without color too.
  QPen groundTruthPen() const;
  QPen predictionPen() const;
  /// Over photographs the dark theme's colors stand in every theme, on a halo painted first.
  QPen photoGroundTruthPen() const;
  QPen photoPredictionPen() const;
  QPen photoHaloPen() const;
};

/// For views on screen.
PlotTheme screenPlotTheme(const Theme& theme);
/// For files: sizes in points (7 to 9 pt text), colors of `kind`.
PlotTheme printPlotTheme(ThemeKind kind = ThemeKind::kPrint);

}  // namespace alidade
