// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/plot_theme.h"

namespace alidade {
namespace {

QPen solid(const QColor& color, double width) {
  return {color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin};
}

QPen dashed(const QColor& color, double width) {
  QPen pen(color, width, Qt::CustomDashLine, Qt::FlatCap, Qt::RoundJoin);
  pen.setDashPattern({4.0, 2.5});
  return pen;
}

}  // namespace

QPen PlotTheme::groundTruthPen() const {
  return solid(colors.ground_truth, 1.2 * line);
}
QPen PlotTheme::predictionPen() const {
  return dashed(colors.prediction, line);
}
QPen PlotTheme::photoGroundTruthPen() const {
  return solid(theme(ThemeKind::kDark).ground_truth, 1.2 * line);
}
QPen PlotTheme::photoPredictionPen() const {
  return dashed(theme(ThemeKind::kDark).prediction, line);
}

QPen PlotTheme::photoHaloPen() const {
  QColor halo = colors.halo;
  halo.setAlphaF(0.55F);
  return solid(halo, 2.2 * line);
}

PlotTheme screenPlotTheme(const Theme& colors) {
  PlotTheme plot;
  plot.colors = colors;
  plot.family = uiFont().family();
  plot.number_family = numberFont().family();
  return plot;
}

PlotTheme printPlotTheme(ThemeKind kind, double text_size) {
  PlotTheme plot;
  plot.colors = theme(kind);
  plot.print = true;
  plot.family = plot.number_family = "Liberation Sans";
  plot.text_size = text_size;
  plot.small_size = 7.0 / 8.0 * text_size;
  plot.title_size = 9.0 / 8.0 * text_size;
  plot.line = 0.9;
  plot.hairline = 0.4;
  plot.spacing = 3.0 / 8.0 * text_size;
  return plot;
}

}  // namespace alidade
