// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_pens.h"

#include <algorithm>
#include <array>

#include "views/base/chart/chart_series.h"

namespace alidade {
namespace {

constexpr float kPaleOpacity = 0.38F;
constexpr float kBandInLegend = 1.6F;  // stronger than the band, of which only a piece is seen

}  // namespace

QPen runPen(const PlotTheme& theme, int style, double width) {
  static const std::array<QList<qreal>, 4> kDashes{{{}, {4.0, 2.0}, {1.2, 1.6}, {5.0, 1.8, 1.2, 1.8}}};
  const auto place = static_cast<std::size_t>(std::max(0, style));
  const auto& colors = theme.colors.runs;
  QPen pen(colors[place % colors.size()], width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
  const auto& dash = kDashes[place / colors.size() % kDashes.size()];
  if (!dash.isEmpty()) {
    pen.setDashPattern(dash);
  }
  return pen;
}

QPen palePen(const PlotTheme& theme, QColor color) {
  color.setAlphaF(kPaleOpacity);
  return {color, 0.6 * theme.line, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin};
}

QPen bandPen(const PlotTheme& theme) {
  QColor color = bandColor(theme.colors.muted);
  color.setAlphaF(kBandInLegend * color.alphaF());
  return {color, 0.6 * theme.text_size, Qt::SolidLine, Qt::FlatCap};
}

QPen boundaryPen(const PlotTheme& theme) {
  QPen pen(theme.colors.muted, theme.hairline, Qt::SolidLine, Qt::FlatCap);
  pen.setDashPattern({3.0, 3.0});
  return pen;
}

}  // namespace alidade
