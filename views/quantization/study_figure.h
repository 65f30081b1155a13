// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/results/quantization_sweep.h"
#include "views/base/chart/chart_frame.h"
#include "views/base/chart/chart_legend.h"
#include "views/base/hover_figure.h"

namespace alidade {

/// Accuracies in columns that are told apart by what was done to the modules.
struct StudySheet {
  /// How the inside of a mark is painted: what batch norm did.
  enum class Fill { kFull, kHollow, kHalf };
  /// A measured network.
  struct Mark {
    IntervalNumber y;  ///< percent
    std::size_t series = 0;
    LegendEntry::Mark shape = LegendEntry::Mark::kDot;
    Fill fill = Fill::kFull;
    QString seed;  ///< below; empty where there is one alone
    HoverCard card;
    int point = -1;  ///< of the sweep; -1: of another one
  };
  struct Column {
    QString label, below;      ///< two lines; empty where there is a matrix
    std::vector<bool> matrix;  ///< [row of the matrix] filled
    std::vector<Mark> marks;   ///< none: not measured
  };
  /// What a shape or a fill means.
  struct Kind {
    LegendEntry::Mark shape = LegendEntry::Mark::kDot;
    Fill fill = Fill::kFull;
    QString text;
  };
  /// A line across all columns.
  struct Baseline {
    QString name;
    IntervalNumber y;  ///< percent
    std::size_t series = 0;
  };

  QString title;  ///< above; may be empty
  QString y_label, x_label;
  std::vector<Column> columns;
  QStringList matrix_rows;
  std::vector<Baseline> baselines;
  QStringList series;       ///< names for the legend; one is not listed
  std::vector<Kind> kinds;  ///< for the legend, where there are several
  bool connected = false;   ///< a line through the first mark of each column, per series
  QString remark;           ///< below
  Table numbers;
  Provenance provenance;
};

struct StudyLayout {
  QRectF title, legend, kinds, remark, chart_place;
  LegendRows legend_rows, kind_rows;
  ChartFrame chart;  ///< horizontally from 0 to the number of columns
  QRectF matrix;     ///< below the chart; empty without one
  double column(std::size_t index) const;
  QPointF at(const StudySheet& sheet, std::size_t column, std::size_t mark) const;
  /// Between two marks of a column.
  double step(const StudySheet& sheet, std::size_t column) const;
};

/// The color of a series.
QColor seriesColor(const PlotTheme& theme, std::size_t series);

StudyLayout layoutStudy(const QRectF& area, const PlotTheme& theme, const StudySheet& sheet);

/// MQAT Fig. 4, every combination of modules, with dots below that say which ones are quantized, and Fig. 5,
/// the width of one module: values with intervals in columns, full precision as lines.
class StudyFigure : public HoverFigure {
 public:
  explicit StudyFigure(std::shared_ptr<const StudySheet> sheet) : sheet_(std::move(sheet)) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override { return sheet_->numbers; }
  Provenance provenance() const override { return sheet_->provenance; }
  std::vector<Stop> stops(const QRectF& area, const PlotTheme& theme) const override;

  const StudySheet& sheet() const { return *sheet_; }

 private:
  std::shared_ptr<const StudySheet> sheet_;
};

}  // namespace alidade
