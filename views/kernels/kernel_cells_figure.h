// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "core/sharing/cell_states.h"
#include "views/base/hover_figure.h"

namespace alidade {

/// Dead cells: a row for each kernel of each layer (the shared one, then those of sources), a mark for each
/// offset. Live cells are quiet; a filled half below: never touched, a slash: no gradient, a cross: no pairs;
/// an empty ring: not selected, which is no fault.
class KernelCellsFigure : public HoverFigure {
 public:
  explicit KernelCellsFigure(std::shared_ptr<const KernelSharing> sharing);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// A row per kernel: how many cells have each state.
  Table data() const override;
  Provenance provenance() const override { return sharing_->provenance; }
  /// The kernels; the id is the layer.
  std::vector<Stop> stops(const QRectF& area, const PlotTheme& theme) const override;
  double wantedHeight(const PlotTheme& theme) const;

 private:
  struct Layout;
  Layout layoutIn(const QRectF& area, const PlotTheme& theme) const;
  void paintKey(QPainter& painter, const PlotTheme& theme, const QRectF& area) const;
  void paintRow(QPainter& painter, const PlotTheme& theme, const Layout& layout, std::size_t row) const;
  QString ownerText(const CellCount& count) const;

  std::shared_ptr<const KernelSharing> sharing_;
  std::vector<CellCount> counts_;
};

}  // namespace alidade
