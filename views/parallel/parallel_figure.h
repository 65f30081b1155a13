// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "views/base/chart/chart_axis.h"
#include "views/base/figure.h"
#include "views/base/hover_card.h"
#include "views/parallel/parallel_table.h"

namespace alidade {

/// Where the axes lie.
struct ParallelLayout {
  struct Axis {
    std::size_t index = 0;  ///< of the table
    double x = 0.0;
    ChartAxis scale;
  };
  QRectF area;  ///< between the ends of the axes
  std::vector<Axis> axes;
  double head = 0.0;  ///< middle of the line of names

  double yAt(const Axis& axis, double value) const;
  double valueAt(const Axis& axis, double y) const;
  /// The axis whose line or name is nearest to `x`.
  std::optional<std::size_t> nearest(double x) const;
};

ParallelLayout layoutParallel(const QRectF& area, const PlotTheme& theme, const ParallelTable& table,
                              const ParallelLook& look);

/// Parallel coordinates: an axis per choice and per score, a line per row; rows outside of a brush are faint.
class ParallelFigure : public Figure {
 public:
  ParallelFigure(std::shared_ptr<const ParallelTable> table, ParallelLook look,
                 std::optional<int> chosen = {})
      : table_(std::move(table)), look_(std::move(look)), chosen_(chosen) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// Every row, with whether it is kept.
  Table data() const override;
  Provenance provenance() const override { return table_->provenance; }

  const ParallelTable& table() const { return *table_; }
  const ParallelLook& look() const { return look_; }
  /// The kept row nearest to a point, within `reach`; by its place.
  std::optional<std::size_t> rowAt(const QPointF& point, const QRectF& area, const PlotTheme& theme,
                                   double reach) const;
  HoverCard cardOf(std::size_t row) const;

 private:
  std::shared_ptr<const ParallelTable> table_;
  ParallelLook look_;
  std::optional<int> chosen_;
};

/// A value as its axis writes it.
QString parallelText(const ParallelAxis& axis, double value);

}  // namespace alidade
