// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QRectF>
#include <QString>

#include "views/base/figure.h"
#include "views/base/rotation_map.h"
#include "views/schedule_lab/shown_column.h"

namespace alidade {

/// Maps of rotations in rows and columns: schedules, diffusion times and objects, as in Fig. 2 and 9 of the
/// score-scaling paper.
struct ScheduleMaps {
  struct Head {
    QString title;
    QString note;                      ///< muted, beside or below; may be empty
    std::optional<std::size_t> color;  ///< of Theme::runs
  };
  std::vector<Head> columns, rows;
  std::vector<ShownColumn> cells;  ///< row by row; all have samples
  bool measures = true;            ///< a line of numbers under each map
  bool centered = false;           ///< turn each object so that its truth lies in the middle of its maps
  CyclicMap hue = CyclicMap::kUniform;
  QString caption;
  Provenance provenance;
};

/// Small multiples of Mollweide maps, made for print: heads, maps, numbers, one legend.
class ScheduleMapsFigure : public Figure {
 public:
  explicit ScheduleMapsFigure(ScheduleMaps maps);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// One row per cell and sample: place on its map, tilt and errors, and the measures of its cell.
  Table data() const override;
  Provenance provenance() const override { return maps_.provenance; }

  const ScheduleMaps& source() const { return maps_; }
  /// Where the map of a cell is in the figure painted into `area`.
  QRectF mapArea(std::size_t row, std::size_t column, const QRectF& area, const PlotTheme& theme) const;
  /// Where a sample of a cell lies.
  QPointF placeOf(std::size_t row, std::size_t column, std::size_t sample, const QRectF& area,
                  const PlotTheme& theme) const;

 private:
  struct Layout;
  Layout layout(const QRectF& area, const PlotTheme& theme) const;
  void paintHeads(QPainter& painter, const PlotTheme& theme, const Layout& layout) const;
  void paintCell(QPainter& painter, const PlotTheme& theme, const Layout& layout, std::size_t row,
                 std::size_t column) const;

  ScheduleMaps maps_;
  std::vector<RotationMap> shown_;  ///< one per cell
};

}  // namespace alidade
