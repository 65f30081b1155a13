// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QColor>
#include <QString>

#include "views/base/chart/chart.h"
#include "views/base/figure.h"

namespace alidade {

/// A series with its numbers, as ChartSeries views them.
struct ChartLine {
  QString name;  ///< of the legend; empty = not in it, nor is one without values
  QColor color;  ///< invalid: the theme's, after its place
  bool dashed = false;
  ChartSeries::Style style = ChartSeries::Style::kLine;
  ChartSeries::Spread spread = ChartSeries::Spread::kBand;
  std::vector<double> x, y, low{}, high{};
};

/// One chart of a figure. The ranges of its axes are those of its values, what else they are stands there.
struct ChartPanel {
  QString title;
  ChartAxis x{}, y{};
  bool y_from_zero = false;
  bool x_ticks_at_values = false;
  bool bare = false;  ///< no numbers at the axes, and equal scales: an embedding
  std::vector<ChartLine> lines{};
};

/// Charts in rows of `columns`, each below its title with a legend of its own.
class ChartFigure : public Figure {
 public:
  struct Content {
    std::vector<ChartPanel> panels;
    int columns = 1;
    Table data;
    Provenance provenance;
  };

  explicit ChartFigure(Content content);
  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override { return content_.data; }
  Provenance provenance() const override { return content_.provenance; }

  /// Where a panel's axes lie in the figure painted into `area`.
  ChartFrame frame(std::size_t panel, const QRectF& area, const PlotTheme& theme) const;

 private:
  QRectF place(std::size_t panel, const QRectF& area) const;
  /// The chart to paint below the title in `area`; views this figure's numbers.
  Chart chart(const ChartPanel& panel, const QRectF& area, const PlotTheme& theme) const;

  Content content_;
};

}  // namespace alidade
