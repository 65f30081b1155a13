// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/experiments/report_parts.h"

namespace alidade {

/// One series of a figure's panel; lists of equal length. Values that are not finite are left out.
struct FigureSeries {
  enum class Style { kLine, kDashed, kPoints };
  std::string name;
  std::string color;  ///< "#0072b2"
  std::vector<double> x, y;
  std::vector<double> low{}, high{};  ///< the band; empty = none
  Style style = Style::kLine;
};

/// One panel; titles differ within a figure. `y` begins at zero unless it is logarithmic or bare.
struct FigurePanel {
  std::string title, x_label, y_label;
  std::vector<FigureSeries> series;
  bool reversed_x = false;     ///< x falls to the right, as diffusion time does
  bool logarithmic_x = false;  ///< positive x only; numbers at the values themselves
  bool logarithmic_y = false;  ///< positive y only
  bool bare = false;           ///< no numbers at the axes, equal scales: an embedding
};

/// A figure of the report: its numbers as NAME.csv and the recipe (docs/formats.md, kind "chart") that paints
/// them, NAME.json, of two panels side by side on a page's width. Equal panels give equal bytes.
std::vector<ReportFile> figure_files(const std::string& name, const std::vector<FigurePanel>& panels);

}  // namespace alidade
