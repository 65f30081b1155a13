// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QRectF>

#include "views/base/figure.h"
#include "views/base/rotation_map.h"
#include "views/schedule_lab/shown_column.h"

namespace alidade {

/// The columns side by side, as in Fig. 9 of the score-scaling paper: head, map of the rotations at the
/// present time, mode meter and measures.
class ColumnsFigure : public Figure {
 public:
  explicit ColumnsFigure(std::vector<ShownColumn> columns);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// One row per column and sample: place on the map, tilt, errors, and the time.
  Table data() const override;
  Provenance provenance() const override;

  const std::vector<ShownColumn>& columns() const { return columns_; }
  /// The column at a point of the figure painted into `area`.
  std::optional<std::size_t> columnAt(const QPointF& point, const QRectF& area, const PlotTheme& theme) const;
  /// Where a column's map is, and where a rotation lies on it.
  QRectF mapArea(std::size_t column, const QRectF& area, const PlotTheme& theme) const;
  QPointF placeOf(std::size_t column, const Eigen::Matrix3d& R, const QRectF& area,
                  const PlotTheme& theme) const;

 private:
  QRectF cell(std::size_t column, const QRectF& area, const PlotTheme& theme) const;
  void paintColumn(QPainter& painter, std::size_t column, const QRectF& area, const PlotTheme& theme) const;

  std::vector<ShownColumn> columns_;
  std::vector<RotationMap> maps_;
};

}  // namespace alidade
