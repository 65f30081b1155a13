// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/chart/chart_legend.h"

#include <algorithm>

namespace alidade {
namespace {

constexpr double kLeastText = 10.0;  // width that an entry's text gets in any case

}  // namespace

LegendRows legendRows(const PlotTheme& theme, const std::vector<LegendEntry>& entries, double width) {
  const TextStyle words{TextRole::kSmall};
  LegendRows rows;
  double x = 0.0;
  for (LegendEntry entry : entries) {
    const double mark = legendMarkWidth(theme);
    entry.text = elided(theme, shownName(theme, entry.text), std::max(width - mark - 1.0, kLeastText), words);
    const double needed = mark + textWidth(theme, entry.text, words);
    if (rows.empty() || (x > 0.0 && x + needed > width)) {
      rows.emplace_back();
      x = 0.0;
    }
    x += needed + legendGap(theme);
    rows.back().push_back(std::move(entry));
  }
  return rows;
}

double legendHeight(const PlotTheme& theme, const LegendRows& rows) {
  return static_cast<double>(rows.size()) * lineHeight(theme, TextRole::kSmall);
}

void paintLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area, const LegendRows& rows) {
  const double small = lineHeight(theme, TextRole::kSmall);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    // A row was made to fit; rounding must not take its last entry.
    drawLegendRow(painter, theme,
                  {area.left(), area.top() + static_cast<double>(row) * small, area.width() + 1.0, small},
                  rows[row]);
  }
}

}  // namespace alidade
