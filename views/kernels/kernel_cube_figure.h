// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "views/base/hover_figure.h"
#include "views/kernels/kernel_cube_layout.h"
#include "views/kernels/kernel_sheet.h"

namespace alidade {

/// The offsets of one layer for one source as cells: planes of z side by side, or as tiles in space. Color:
/// the channel; size: logarithm of the pairs; hatched: few pairs; along the lower edge the interval of gamma.
/// Beside it how far other networks agree; below, the orbits where asked for.
class KernelCubeFigure : public HoverFigure {
 public:
  explicit KernelCubeFigure(std::shared_ptr<const KernelSheet> sheet) : sheet_(std::move(sheet)) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// A row per offset.
  Table data() const override;
  Provenance provenance() const override { return sheet_->asked.sharing->provenance; }
  /// The offsets in their order; the id is the position.
  std::vector<Stop> stops(const QRectF& area, const PlotTheme& theme) const override;

  const KernelSheet& sheet() const { return *sheet_; }

 private:
  void paintCells(QPainter& painter, const PlotTheme& theme, const KernelCubeLayout& layout) const;
  void paintAgreement(QPainter& painter, const PlotTheme& theme, const KernelCubeLayout& layout) const;
  void paintOrbits(QPainter& painter, const PlotTheme& theme, const KernelCubeLayout& layout) const;

  std::shared_ptr<const KernelSheet> sheet_;
};

}  // namespace alidade
