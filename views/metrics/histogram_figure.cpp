// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/histogram_figure.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace alidade {
namespace {

constexpr int kBins = 24;
constexpr double kShown = 0.98;  // the rest is in the last bin

QPen markerPen(const QColor& color, double width) {
  QPen pen(color, width, Qt::CustomDashLine, Qt::FlatCap, Qt::MiterJoin);
  pen.setDashPattern({4.0, 2.5});
  return pen;
}

}  // namespace

std::vector<double> measureValues(const EvaluationReport& report, const std::vector<std::size_t>& samples,
                                  std::size_t measure) {
  std::vector<double> values;
  for (const std::size_t i : samples) {
    if (const auto& value = report.samples[i].measures[measure]) {
      values.push_back(*value * report.measures[measure].factor);
    }
  }
  return values;
}

HistogramData histogramData(const EvaluationReport& a, const EvaluationReport* b, std::size_t row,
                            std::size_t column, std::size_t measure) {
  HistogramData data;
  const Measure& shown = a.measures[measure];
  data.title = shown.title;
  data.unit = shown.unit;
  data.provenance = a.provenance;
  data.a = measureValues(a, samples_behind(a, row, column), measure);
  const auto& thresholds = a.columns[column].thresholds;
  if (const auto cut = thresholds.find(shown.id); cut != thresholds.end()) {
    data.threshold = cut->second * shown.factor;
    data.threshold_name = a.columns[column].title;
  }
  if (b) {
    const auto named = [](const auto& list, const auto& same) {
      return static_cast<std::size_t>(std::find_if(list.begin(), list.end(), same) - list.begin());
    };
    const std::size_t row_b =
        named(b->rows, [&](const MetricRow& other) { return other.name == a.rows[row].name; });
    const std::size_t measure_b =
        named(b->measures, [&](const Measure& other) { return other.id == shown.id; });
    const auto column_b = b->column(a.columns[column].id);
    if (row_b < b->rows.size() && measure_b < b->measures.size() && column_b) {
      data.b = measureValues(*b, samples_behind(*b, row_b, *column_b), measure_b);
      data.has_b = true;
    }
  }
  return data;
}

HistogramFigure::HistogramFigure(HistogramData data) : data_(std::move(data)) {
  std::vector<double> all = data_.a;
  all.insert(all.end(), data_.b.begin(), data_.b.end());
  std::sort(all.begin(), all.end());
  if (all.empty()) {
    return;
  }
  const double low = std::min(0.0, all.front());
  double high =
      all[std::min(all.size() - 1, static_cast<std::size_t>(kShown * static_cast<double>(all.size())))];
  if (data_.threshold) {
    high = std::max(high, 1.2 * *data_.threshold);
  }
  high = high > low ? high : low + 1.0;
  const auto ticks = niceTicks(low, high, kBins);
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : high - low;
  const double first = std::floor(low / step + 1e-9) * step;
  const int bins = std::max(1, static_cast<int>(std::ceil((high - first) / step - 1e-9)));
  for (int i = 0; i <= bins; ++i) {
    edges_.push_back(first + i * step);
  }
  overflow_ = all.back() > edges_.back();
  counts_a_ = count(data_.a);
  counts_b_ = count(data_.b);
}

std::vector<double> HistogramFigure::count(const std::vector<double>& values) const {
  const int bins = static_cast<int>(edges_.size()) - 1;
  std::vector<double> counts(static_cast<std::size_t>(bins), 0.0);
  const double step = edges_[1] - edges_[0];
  for (const double value : values) {
    const double place = std::floor((value - edges_.front()) / step);
    ++counts[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(bins - 1)))];
  }
  return counts;
}

Chart HistogramFigure::chart(const PlotTheme& theme) const {
  QString label = QString::fromStdString(data_.title);
  if (!data_.unit.empty()) {
    label += QStringLiteral(" (%1)").arg(QString::fromStdString(data_.unit));
  }
  if (overflow_) {
    label += QStringLiteral(", last bar: and above");
  }
  double tallest = 1.0;
  for (const auto* counts : {&counts_a_, &counts_b_}) {
    for (const double n : *counts) {
      tallest = std::max(tallest, n);
    }
  }
  Chart chart{{edges_.front(), edges_.back(), label}, {0.0, std::max(4.0, 1.1 * tallest), "objects"}};
  chart.y.counts = true;
  const QPen filled(theme.colors.runs[0], theme.hairline);
  const QPen outline = markerPen(theme.colors.runs[1], 1.2 * theme.line);
  chart.series.push_back({filled, edges_, counts_a_, {}, {}, ChartSeries::Style::kBars});
  chart.legend.push_back({LegendEntry::Mark::kLine, QPen(theme.colors.runs[0], 2.0 * theme.line),
                          QStringLiteral("A, n = %1").arg(data_.a.size())});
  if (data_.has_b) {
    chart.series.push_back({outline, edges_, counts_b_, {}, {}, ChartSeries::Style::kSteps});
    chart.legend.push_back(
        {LegendEntry::Mark::kLine, outline, QStringLiteral("B, n = %1").arg(data_.b.size())});
  }
  if (data_.threshold) {
    chart.marks.push_back({*data_.threshold, QPen(theme.colors.text, theme.hairline),
                           QString::fromStdString(data_.threshold_name)});
  }
  return chart;
}

void HistogramFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  if (edges_.empty()) {
    drawText(painter, theme, area.center(), Qt::AlignCenter, "No sample has this measure.",
             {TextRole::kBody, theme.colors.muted});
  } else {
    paintChart(painter, theme, area, chart(theme));
  }
  painter.restore();
}

QString HistogramFigure::describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const {
  if (edges_.empty()) {
    return {};
  }
  const Chart shown = chart(theme);
  const ChartFrame frame = frameOf(theme, area, shown);
  if (!frame.area.contains(point)) {
    return {};
  }
  const auto bins = recordsAt(shown, frame.xValue(point.x()), 0.0);
  if (!bins.front()) {
    return {};
  }
  const std::size_t bin = *bins.front();
  const bool open = overflow_ && bin + 1 == counts_a_.size();
  const QString from = valueText(edges_[bin]), unit = QString::fromStdString(data_.unit);
  QString text = open ? QStringLiteral("from %1%2 on").arg(from, unit)
                      : QStringLiteral("%1 to %2%3").arg(from, valueText(edges_[bin + 1]), unit);
  text += QStringLiteral("\nA  %1 objects").arg(counts_a_[bin]);
  return data_.has_b ? text + QStringLiteral("\nB  %1 objects").arg(counts_b_[bin]) : text;
}

Table HistogramFigure::data() const {
  Table table;
  const std::string unit = data_.unit.empty() ? "" : " (" + data_.unit + ")";
  table.columns = {data_.title + " from" + unit, data_.title + " to" + unit, "A (objects)"};
  if (data_.has_b) {
    table.columns.emplace_back("B (objects)");
  }
  for (std::size_t i = 0; i < counts_a_.size(); ++i) {
    const bool open = overflow_ && i + 1 == counts_a_.size();
    auto& row = table.rows.emplace_back();
    row.emplace_back(edges_[i]);
    row.emplace_back();
    if (!open) {
      row.back() = edges_[i + 1];
    }
    row.emplace_back(counts_a_[i]);
    if (data_.has_b) {
      row.emplace_back(counts_b_[i]);
    }
  }
  return table;
}

}  // namespace alidade
