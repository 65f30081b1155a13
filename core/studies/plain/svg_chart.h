// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace alidade {

/// One line of a chart with an optional band. Lists are of equal length; points that are not finite are left
/// out.
struct ChartSeries {
  enum class Style { kLine, kDashed, kDots };
  std::string name;   ///< of the legend; empty = not in it, nor is one without points
  std::string color;  ///< "#0072b2"
  std::vector<double> x, y;
  std::vector<double> low{}, high{};  ///< the band; empty = none
  Style style = Style::kLine;
};

/// One panel. `y` begins at zero unless it is logarithmic or bare.
struct ChartPanel {
  std::string title, x_label, y_label;
  std::vector<ChartSeries> series;
  bool reversed_x = false;     ///< x falls to the right, as diffusion time does
  bool logarithmic_x = false;  ///< positive x only; ticks at the values themselves
  bool logarithmic_y = false;  ///< positive y only; ticks at powers of ten
  bool bare = false;           ///< no numbers at the axes, equal scales: an embedding
};

/// The panels side by side, `columns` in a row, as one SVG document: thin axes, light grid, legend below each
/// panel. Equal panels give equal text. Texts are escaped.
std::string svg_chart(const std::vector<ChartPanel>& panels, int columns);

}  // namespace alidade
