// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include "views/base/figure.h"
#include "views/schedule_lab/shown_column.h"

namespace alidade {

/// How the errors of a laboratory become those of a paper.
struct ErrorsStyle {
  bool names = false;  ///< schedules by name in one line above, a line pattern each; otherwise letters
  bool logarithmic_rotation = false;
  QString caption{};  ///< below, in lines that fit
};

/// Rotation and translation error along the sampling, as in Fig. 8 of the score-scaling paper: mean as a
/// line, one standard deviation to both sides as a band, a column in its color. Dots mark where the columns
/// are now.
class ErrorsFigure : public Figure {
 public:
  /// `cursor`: a t that all columns share.
  ErrorsFigure(std::vector<ShownColumn> columns, std::optional<double> cursor, ErrorsStyle style = {});

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// One row per column and kept state.
  Table data() const override;
  Provenance provenance() const override;

  /// t at a point of the figure painted into `area`, where that is inside a plot.
  std::optional<double> timeAt(const QPointF& point, const QRectF& area, const PlotTheme& theme) const;

 private:
  /// What is left of `area` beside names and caption.
  QRectF plots(const QRectF& area, const PlotTheme& theme) const;
  void paintPlot(QPainter& painter, const PlotTheme& theme, const QRectF& place, std::size_t plot) const;

  std::vector<ShownColumn> columns_;
  std::optional<double> cursor_;
  ErrorsStyle style_;
};

}  // namespace alidade
