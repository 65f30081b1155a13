// SPDX-License-Identifier: BSD-3-Clause
// Where the parts of a study of modules lie.
#include <algorithm>
#include <cmath>

#include "views/base/chart/chart_series.h"
#include "views/quantization/study_figure.h"

namespace alidade {
namespace {

constexpr double kColumnAir = 0.08;             // of the span of values
constexpr double kMarkStep = 0.2;               // of a column's width
constexpr double kMostMatrixRow = 22.0 / 12.0;  // times the size of text

ChartAxis fittedValues(const StudySheet& sheet) {
  ChartRange range;
  const auto add = [&range](const IntervalNumber& number) {
    for (const double value : {number.value, number.low, number.high}) {
      if (std::isfinite(value)) {
        range.add(value);
      }
    }
  };
  for (const StudySheet::Column& column : sheet.columns) {
    for (const StudySheet::Mark& mark : column.marks) {
      add(mark.y);
    }
  }
  for (const StudySheet::Baseline& baseline : sheet.baselines) {
    add(baseline.y);
  }
  const double air = kColumnAir * std::max(range.high - range.low, 1.0);
  ChartAxis axis;
  axis.low = range.low - air;
  axis.high = range.high + 1.5 * air;
  axis.label = sheet.y_label;
  return axis;
}

std::vector<LegendEntry> seriesLegend(const StudySheet& sheet, const PlotTheme& theme) {
  std::vector<LegendEntry> entries;
  for (int i = 0; i < sheet.series.size() && sheet.series.size() > 1; ++i) {
    entries.push_back(
        {LegendEntry::Mark::kDot, QPen(seriesColor(theme, static_cast<std::size_t>(i))), sheet.series[i]});
  }
  return entries;
}

/// The marks are painted by the figure: a legend knows no fills.
std::vector<LegendEntry> kindLegend(const StudySheet& sheet) {
  std::vector<LegendEntry> entries;
  for (const StudySheet::Kind& kind : sheet.kinds) {
    entries.push_back({kind.shape, QPen(), kind.text});
  }
  return entries;
}

}  // namespace

QColor seriesColor(const PlotTheme& theme, std::size_t series) {
  return theme.colors.runs[series % theme.colors.runs.size()];
}

double StudyLayout::column(std::size_t index) const {
  return chart.xAt(static_cast<double>(index) + 0.5);
}

double StudyLayout::step(const StudySheet& sheet, std::size_t column_index) const {
  const auto count = static_cast<double>(std::max<std::size_t>(sheet.columns[column_index].marks.size(), 1));
  return std::min(kMarkStep, 0.8 / count) * chart.area.width() / static_cast<double>(sheet.columns.size());
}

QPointF StudyLayout::at(const StudySheet& sheet, std::size_t column_index, std::size_t mark) const {
  const auto& marks = sheet.columns[column_index].marks;
  const double offset = static_cast<double>(mark) - 0.5 * (static_cast<double>(marks.size()) - 1.0);
  return {column(column_index) + step(sheet, column_index) * offset, chart.yAt(marks[mark].y.value)};
}

StudyLayout layoutStudy(const QRectF& area, const PlotTheme& theme, const StudySheet& sheet) {
  StudyLayout layout;
  const double gap = theme.spacing, pad = theme.print ? 0.5 * gap : 2.0 * gap;
  const double small = lineHeight(theme, TextRole::kSmall);
  QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  if (!sheet.title.isEmpty()) {
    layout.title = QRectF(inside.topLeft(), QSizeF(inside.width(), lineHeight(theme, TextRole::kTitle)));
    inside.setTop(layout.title.bottom() + gap);
  }
  layout.legend_rows = legendRows(theme, seriesLegend(sheet, theme), inside.width());
  if (!layout.legend_rows.empty()) {
    layout.legend = QRectF(inside.topLeft(), QSizeF(inside.width(), legendHeight(theme, layout.legend_rows)));
    inside.setTop(layout.legend.bottom() + gap);
  }
  layout.kind_rows = legendRows(theme, kindLegend(sheet), inside.width());
  if (!layout.kind_rows.empty()) {
    layout.kinds = QRectF(inside.topLeft(), QSizeF(inside.width(), legendHeight(theme, layout.kind_rows)));
    inside.setTop(layout.kinds.bottom() + gap);
  }
  if (!sheet.remark.isEmpty()) {
    layout.remark = QRectF(inside.left(), inside.bottom() - small, inside.width(), small);
    inside.setBottom(layout.remark.top() - gap);
  }
  ChartAxis columns;
  columns.high = std::max<double>(1.0, static_cast<double>(sheet.columns.size()));
  columns.label = sheet.x_label;
  columns.ticks = {-1.0};  // numbers of columns say nothing
  if (!sheet.matrix_rows.isEmpty()) {
    const double rows = static_cast<double>(sheet.matrix_rows.size());
    const double height = std::min(rows * kMostMatrixRow * theme.text_size, 0.45 * inside.height());
    layout.matrix = QRectF(inside.left(), inside.bottom() - height, inside.width(), height);
    inside.setBottom(layout.matrix.top() - gap);
    columns.label.clear();
  }
  layout.chart_place = inside;
  layout.chart = frameIn(theme, inside, columns, fittedValues(sheet));
  double left = layout.chart.area.left();
  for (const QString& name : sheet.matrix_rows) {
    left = std::max(left, inside.left() + textWidth(theme, name, {TextRole::kSmall}) + 3.0 * gap);
  }
  layout.chart.area.setLeft(std::min(left, inside.left() + 0.35 * inside.width()));
  if (!sheet.matrix_rows.isEmpty()) {
    layout.chart.area.setBottom(inside.bottom() - gap);  // no numbers below
  } else {
    layout.chart.area.setBottom(layout.chart.area.bottom() - small);  // two lines below each column
  }
  return layout;
}

}  // namespace alidade
