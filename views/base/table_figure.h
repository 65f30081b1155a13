// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QString>

#include "views/base/figure.h"

namespace alidade {

/// One painted cell.
struct TableCell {
  QString text;
  bool muted = false;
  bool alarming = false;  ///< in the prediction color: an error worth a look
  bool bold = false;
  bool underline = false;
};

/// One painted column; numbers are right-aligned.
struct TableColumn {
  QString title;
  bool number = true;
};

/// A table as a figure: three rules as in a paper, numbers right-aligned. Shrinks to the width of the area
/// (not below half size); rows that do not fit are counted in a last line. All rows are in the CSV.
class TableFigure : public Figure {
 public:
  struct Content {
    std::vector<TableColumn> columns;
    std::vector<std::vector<TableCell>> rows;
    bool last_row_is_summary = false;  ///< a thin rule above it
    Table numbers;                     ///< what CSV holds
    Provenance provenance;
  };

  explicit TableFigure(Content content) : content_(std::move(content)) {}
  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override { return content_.numbers; }
  Provenance provenance() const override { return content_.provenance; }
  const Content& content() const { return content_; }

 private:
  std::vector<double> columnWidths(const PlotTheme& theme) const;
  void paintRow(QPainter& painter, const PlotTheme& theme, const std::vector<double>& widths, double extra,
                double y, const std::vector<TableCell>& row) const;

  Content content_;
};

}  // namespace alidade
