// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/curve_figure.h"

#include <algorithm>
#include <array>
#include <limits>

#include <QPainter>

#include "core/evaluation/objects/calibration.h"
#include "views/base/run_look.h"

namespace alidade {
namespace {

constexpr double kPercent = 100.0;
constexpr std::array<double, 2> kDiagonal{0.0, kPercent};

QColor faintOf(const PlotTheme& theme) {
  QColor color = theme.colors.muted;
  color.setAlphaF(0.45F);
  return color;
}

ChartAxis xAxis(const Curve& curve) {
  const double low = curve.x.empty() ? 0.0 : curve.x.front();
  const double high = curve.x.empty() || curve.x.back() <= low ? low + 1.0 : curve.x.back();
  return {low, high, QString::fromStdString(curve.x_title)};
}

ChartAxis yAxis(const Curve& curve) {
  ChartAxis axis{0.0, kPercent, QString::fromStdString(curve.y_title)};
  axis.holds = true;
  return axis;
}

std::vector<double> inPercent(const std::vector<double>& shares) {
  std::vector<double> percent;
  for (const double share : shares) {
    percent.push_back(share * kPercent);
  }
  return percent;
}

ChartSeries lineOf(const Curve& curve, const std::vector<double>& percent, const QPen& pen) {
  const std::size_t count = std::min(curve.x.size(), percent.size());
  return {pen, std::span(curve.x).first(count), std::span(percent).first(count)};
}

}  // namespace

CurveFigure::CurveFigure(CurveData data) : data_(std::move(data)) {
  for (const auto& row : curve().y) {
    percent_a_.push_back(inPercent(row));
  }
  calibration_ = curve().id.starts_with(kCalibrationCurve);
  for (std::size_t place = 0; place < data_.runs.size(); ++place) {
    addLine(place);
  }
}

void CurveFigure::addLine(std::size_t place) {
  const auto& report = data_.runs[place].report;
  if (!report || data_.row >= a().rows.size()) {
    return;
  }
  const auto same = std::find_if(report->curves.begin(), report->curves.end(),
                                 [&](const Curve& other) { return other.id == curve().id; });
  const auto row = place == kPlaceA ? std::optional(data_.row) : rowNamed(*report, a().rows[data_.row].name);
  if (same != report->curves.end() && row && *row < same->y.size()) {
    lines_.push_back(
        {place, &*same, inPercent(same->y[*row]), calibration_ ? levelsOf(*report, *row) : Levels()});
  }
}

CurveFigure::Levels CurveFigure::levelsOf(const EvaluationReport& report, std::size_t row) const {
  const std::string part = curve().id.substr(std::string(kCalibrationCurve).size()) + "_";
  Levels levels;
  for (std::size_t c = 0; c < report.columns.size(); ++c) {
    const MetricColumn& column = report.columns[c];
    if (!column.best_at || !column.id.starts_with(part) || c >= report.rows[row].cells.size()) {
      continue;
    }
    const MetricCell& cell = report.rows[row].cells[c];
    if (cell.value && cell.interval) {
      levels.x.push_back(*column.best_at * kPercent);
      levels.y.push_back(*cell.value * kPercent);
      levels.low.push_back(cell.interval->low * kPercent);
      levels.high.push_back(cell.interval->high * kPercent);
    }
  }
  return levels;
}

void CurveFigure::addCalibration(const PlotTheme& theme, Chart& chart) const {
  const QPen diagonal(theme.colors.muted, theme.hairline, Qt::DotLine);
  chart.series.insert(chart.series.begin(), ChartSeries{diagonal, kDiagonal, kDiagonal});
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
    if (!line->levels.x.empty()) {
      const Levels& levels = line->levels;
      ChartSeries bars{QPen(penOf(theme, *line).color(), theme.line), levels.x, levels.y, levels.low,
                       levels.high};
      bars.style = ChartSeries::Style::kPoints;
      bars.spread = ChartSeries::Spread::kErrorBars;
      chart.series.push_back(bars);
    }
  }
  chart.legend.push_back({LegendEntry::Mark::kLine, diagonal, "calibrated"});
}

QPen CurveFigure::penOf(const PlotTheme& theme, const Line& line) const {
  return runLine(theme.colors, data_.runs[line.place].style, line.place, 1.3 * theme.line);
}

Chart CurveFigure::chart(const PlotTheme& theme) const {
  Chart chart{xAxis(curve()), yAxis(curve())};
  const QString row = QStringLiteral(" \u00b7 ") + QString::fromStdString(a().rows[data_.row].name);
  const QPen faint(faintOf(theme), theme.hairline);
  for (std::size_t r = 0; data_.others && r < percent_a_.size(); ++r) {
    if (r != data_.row) {
      chart.series.push_back(lineOf(curve(), percent_a_[r], faint));
    }
  }
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {  // A above all others
    chart.series.push_back(lineOf(*line->curve, line->percent, penOf(theme, *line)));
  }
  for (const Line& line : lines_) {
    chart.legend.push_back(
        {LegendEntry::Mark::kLine, penOf(theme, line), legendName(data_.runs, line.place) + row});
  }
  if (data_.others && curve().y.size() > 1) {
    chart.legend.push_back({LegendEntry::Mark::kLine, QPen(faintOf(theme), theme.line),
                            legendName(data_.runs, kPlaceA) + QStringLiteral(", other rows")});
  }
  if (calibration_) {
    addCalibration(theme, chart);
  }
  return chart;
}

void CurveFigure::paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  paintBackground(painter, theme, area);
  paintChart(painter, theme, area, chart(theme));
  painter.restore();
}

QString CurveFigure::describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const {
  const ChartFrame frame = frameOf(theme, area, chart(theme));
  if (!frame.area.contains(point) || lines_.empty() || lines_.front().place != kPlaceA) {
    return {};
  }
  const ChartSeries strong = lineOf(curve(), lines_.front().percent, {});
  const auto at = nearestRecord(strong, frame.xValue(point.x()), std::numeric_limits<double>::infinity());
  if (!at) {
    return {};
  }
  QString text =
      QStringLiteral("%1 = %2").arg(QString::fromStdString(curve().x_title)).arg(strong.x[*at], 0, 'g', 4);
  for (const Line& line : lines_) {
    if (*at < line.percent.size()) {
      text += QStringLiteral("\n%1  %2 %")
                  .arg(legendName(data_.runs, line.place), numberText(line.percent[*at], 1));
    }
  }
  return text;
}

Table CurveFigure::data() const {
  Table table;
  table.columns.push_back(curve().x_title);
  for (const Line& line : lines_) {
    const std::string name = legendName(data_.runs, line.place).toStdString();
    for (std::size_t r = 0; r < line.curve->y.size(); ++r) {
      table.columns.push_back(name + " " + data_.runs[line.place].report->rows[r].name + ", " +
                              line.curve->y_title);
    }
  }
  for (std::size_t i = 0; i < curve().x.size(); ++i) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(curve().x[i]);
    for (const Line& line : lines_) {
      for (const auto& values : line.curve->y) {
        auto& cell = row.emplace_back();
        if (i < values.size()) {
          cell = values[i] * kPercent;
        }
      }
    }
  }
  return table;
}

}  // namespace alidade
