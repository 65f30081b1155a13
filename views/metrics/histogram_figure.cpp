// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/histogram_figure.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "views/base/run_look.h"

namespace alidade {
namespace {

/// The place in a list of what has this id.
template <class List>
std::optional<std::size_t> withId(const List& list, const std::string& id) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.id == id; });
  return found == list.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - list.begin()));
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

HistogramData histogramData(const std::vector<ComparedRun>& runs, std::size_t row, std::size_t column,
                            std::size_t measure) {
  const EvaluationReport& a = *runs[kPlaceA].report;
  HistogramData data;
  const Measure& shown = a.measures[measure];
  data.title = shown.title;
  data.unit = shown.unit;
  data.provenance = a.provenance;
  const auto& thresholds = a.columns[column].thresholds;
  if (const auto cut = thresholds.find(shown.id); cut != thresholds.end()) {
    data.threshold = cut->second * shown.factor;
    data.threshold_name = a.columns[column].title;
  }
  for (std::size_t place = 0; place < runs.size(); ++place) {
    const auto& report = runs[place].report;
    const auto its_row = report ? rowNamed(*report, a.rows[row].name) : std::nullopt;
    const auto its_column = report ? report->column(a.columns[column].id) : std::nullopt;
    const auto its_measure = report ? withId(report->measures, shown.id) : std::nullopt;
    if (its_row && its_column && its_measure) {
      data.runs.push_back(
          {legendName(runs, place), runs[place].style, place,
           measureValues(*report, samples_behind(*report, *its_row, *its_column), *its_measure)});
    }
  }
  return data;
}

HistogramFigure::HistogramFigure(HistogramData data) : data_(std::move(data)) {
  std::vector<double> all;
  for (const HistogramRun& run : data_.runs) {
    all.insert(all.end(), run.values.begin(), run.values.end());
  }
  bins_ = histogramBins(std::move(all), data_.threshold);
  if (bins_.edges.empty()) {
    return;
  }
  for (const HistogramRun& run : data_.runs) {
    counts_.push_back(bins_.count(run.values));
  }
}

Chart HistogramFigure::chart(const PlotTheme& theme) const {
  QString label = QString::fromStdString(data_.title);
  if (!data_.unit.empty()) {
    label += QStringLiteral(" (%1)").arg(QString::fromStdString(data_.unit));
  }
  if (bins_.overflow) {
    label += QStringLiteral(", last bar: and above");
  }
  double tallest = 1.0;
  for (const auto& counts : counts_) {
    for (const double n : counts) {
      tallest = std::max(tallest, n);
    }
  }
  Chart chart{{bins_.edges.front(), bins_.edges.back(), label},
              {0.0, std::max(4.0, 1.1 * tallest), "objects"}};
  chart.y.counts = true;
  for (std::size_t i = 0; i < data_.runs.size(); ++i) {
    const HistogramRun& run = data_.runs[i];
    const QString text = QStringLiteral("%1, n = %2").arg(run.name, QString::number(run.values.size()));
    if (run.place == kPlaceA) {
      const QColor& color = runColor(theme.colors, run.style);
      chart.series.push_back(
          {QPen(color, theme.hairline), bins_.edges, counts_[i], {}, {}, ChartSeries::Style::kBars});
      chart.legend.push_back({LegendEntry::Mark::kLine, QPen(color, 2.0 * theme.line), text});
      continue;
    }
    QPen outline = runLine(theme.colors, run.style, run.place, 1.2 * theme.line);
    outline.setJoinStyle(Qt::MiterJoin);
    if (run.style % kRunHues == data_.runs.front().style % kRunHues) {
      // On bars of its own hue an outline would not be seen.
      const QPen halo(theme.background(), 2.6 * theme.line, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
      chart.series.push_back({halo, bins_.edges, counts_[i], {}, {}, ChartSeries::Style::kSteps});
    }
    chart.series.push_back({outline, bins_.edges, counts_[i], {}, {}, ChartSeries::Style::kSteps});
    chart.legend.push_back({LegendEntry::Mark::kLine, outline, text});
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
  if (bins_.edges.empty()) {
    drawText(painter, theme, area.center(), Qt::AlignCenter, "No sample has this measure.",
             {TextRole::kBody, theme.colors.muted});
  } else {
    paintChart(painter, theme, area, chart(theme));
  }
  painter.restore();
}

QString HistogramFigure::describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const {
  if (bins_.edges.empty()) {
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
  const bool open = bins_.overflow && bin + 2 == bins_.edges.size();
  const QString from = valueText(bins_.edges[bin]), unit = QString::fromStdString(data_.unit);
  QString text = open ? QStringLiteral("from %1%2 on").arg(from, unit)
                      : QStringLiteral("%1 to %2%3").arg(from, valueText(bins_.edges[bin + 1]), unit);
  for (std::size_t i = 0; i < data_.runs.size(); ++i) {
    text += QStringLiteral("\n%1  %2 objects").arg(data_.runs[i].name, QString::number(counts_[i][bin]));
  }
  return text;
}

Table HistogramFigure::data() const {
  Table table;
  const std::string unit = data_.unit.empty() ? "" : " (" + data_.unit + ")";
  table.columns = {data_.title + " from" + unit, data_.title + " to" + unit};
  for (const HistogramRun& run : data_.runs) {
    table.columns.push_back(run.name.toStdString() + " (objects)");
  }
  for (std::size_t i = 0; i + 1 < bins_.edges.size(); ++i) {
    const bool open = bins_.overflow && i + 2 == bins_.edges.size();
    auto& row = table.rows.emplace_back();
    row.emplace_back(bins_.edges[i]);
    row.emplace_back();
    if (!open) {
      row.back() = bins_.edges[i + 1];
    }
    for (const auto& counts : counts_) {
      row.emplace_back(counts[i]);
    }
  }
  return table;
}

}  // namespace alidade
