// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "views/base/hover_figure.h"
#include "views/kernels/kernel_sheet.h"

namespace alidade {

/// Sources against offsets of one layer, offsets ordered by orbits: color the channel, size the logarithm of
/// the pairs, hatched where they are few. Behind each row its share, its pairs and how far other networks
/// agree.
class KernelMatrixFigure : public HoverFigure {
 public:
  explicit KernelMatrixFigure(std::shared_ptr<const KernelSheet> sheet);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// A row per source and offset.
  Table data() const override;
  Provenance provenance() const override { return sheet_->asked.sharing->provenance; }
  /// Row after row; the id is source * offsets + offset.
  std::vector<Stop> stops(const QRectF& area, const PlotTheme& theme) const override;

  const KernelSheet& sheet() const { return *sheet_; }

 private:
  struct Layout;
  Layout layoutIn(const QRectF& area, const PlotTheme& theme) const;
  void paintHeads(QPainter& painter, const PlotTheme& theme, const Layout& layout) const;
  void paintRow(QPainter& painter, const PlotTheme& theme, const Layout& layout, std::size_t source) const;

  std::shared_ptr<const KernelSheet> sheet_;
  std::vector<std::shared_ptr<const KernelSheet>> rows_;  ///< [sources], at least one
  std::vector<std::size_t> order_;                        ///< of the columns
};

}  // namespace alidade
