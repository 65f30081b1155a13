// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QColor>
#include <QHash>
#include <QPen>
#include <QString>
#include <QStringList>

#include "views/base/theme.h"

namespace alidade {

/// Names in legends and heads: those that a figure painted, and what is written in their places.
struct LegendNames {
  QStringList painted;              ///< in the order in which they came, each once
  QHash<QString, QString> instead;  ///< name -> what the user wants to read
};

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
  double line = 1.5;                     ///< data lines
  double hairline = 1.0;                 ///< axes, graticules
  double spacing = 4.0;                  ///< the grid that distances are multiples of
  bool texts_only = false;               ///< only where texts lie is of interest: pictures need not be made
  std::shared_ptr<LegendNames> names{};  ///< null: names stand as they are, and nobody asks for them

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
inline constexpr double kPrintTextSize = 8.0;
/// For files: sizes in points, colors of `kind`. Small text and titles keep their ratio to `text_size`.
PlotTheme printPlotTheme(ThemeKind kind = ThemeKind::kPrint, double text_size = kPrintTextSize);

}  // namespace alidade
