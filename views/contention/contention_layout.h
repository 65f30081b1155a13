// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QPointF>
#include <QRectF>

#include "views/base/plot_theme.h"
#include "views/contention/contention_sheet.h"

namespace alidade {

/// Where the parts of a sheet lie. Cells are squares, of one size in all panels.
struct ContentionLayout {
  struct Panel {
    QRectF title;     ///< a line
    QRectF matrix;    ///< the cells
    QRectF to_all;    ///< the row of S_ca below them; empty where none is known
    QRectF transfer;  ///< the row of N
    QRectF summary;   ///< a line
    QRectF note;      ///< a line
  };
  QRectF title;
  std::vector<Panel> panels;
  QRectF color_bar;       ///< the colors alone
  QRectF scatter;         ///< empty without one
  double cell = 0.0;      ///< side
  double names = 0.0;     ///< most width of a name
  double brackets = 0.0;  ///< room of the groups' brackets and names at the right of a matrix
  bool slanted = false;   ///< names above the columns

  /// The square at two places of the order.
  QRectF square(std::size_t panel, std::size_t row, std::size_t column) const;
  /// Panel and places under a point.
  struct Hit {
    std::size_t panel = 0, row = 0, column = 0;
  };
  std::optional<Hit> at(const QPointF& point, std::size_t count) const;
};

ContentionLayout layoutContention(const QRectF& area, const PlotTheme& theme, const ContentionSheet& sheet);

/// Side by side or below one another: columns of panels in an area.
QRectF panelArea(const QRectF& area, std::size_t panel, std::size_t panels, std::size_t columns, double gap);

}  // namespace alidade
