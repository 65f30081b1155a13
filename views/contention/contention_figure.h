// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "views/base/chart/chart.h"
#include "views/base/figure.h"
#include "views/contention/contention_layout.h"

namespace alidade {

/// The contention heatmap (DecomPose Fig. 1a): cosines between the gradients of categories on a scale from -1
/// to 1 that is neutral at 0, rows of S_ca and N (Eq. 4, 6) below. The diagonal is gray, what is undefined
/// hatched; a dot marks cells whose interval covers 0. Of effects: how the loss of a column changes when a
/// row is trained alone, beside what the gradients predict.
class ContentionFigure : public Figure {
 public:
  explicit ContentionFigure(std::shared_ptr<const ContentionSheet> sheet) : sheet_(std::move(sheet)) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// A row per cell, and per category one with S_ca and N.
  Table data() const override;
  Provenance provenance() const override { return sheet_->provenance; }

  const ContentionSheet& sheet() const { return *sheet_; }

 private:
  void paintScatter(QPainter& painter, const PlotTheme& theme, const QRectF& area) const;
  Table effectData() const;

  std::shared_ptr<const ContentionSheet> sheet_;
};

/// The color of a value of a sheet: agreement, a falling loss, or A above B, has the first hue.
QColor contentionColor(const ContentionSheet& sheet, double value);

}  // namespace alidade
