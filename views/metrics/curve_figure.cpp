// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/curve_figure.h"

#include <algorithm>
#include <array>
#include <limits>

#include <QPainter>

#include "core/evaluation/objects/calibration.h"

namespace alidade {
namespace {

constexpr double kPercent = 100.0;
constexpr std::array<double, 2> kDiagonal{0.0, kPercent};

QPen dashed(const QColor& color, double width) {
  QPen pen(color, width, Qt::CustomDashLine, Qt::FlatCap, Qt::RoundJoin);
  pen.setDashPattern({4.0, 2.5});
  return pen;
}

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
  if (data_.b) {
    const auto found = std::find_if(data_.b->curves.begin(), data_.b->curves.end(),
                                    [&](const Curve& other) { return other.id == curve().id; });
    curve_b_ = found == data_.b->curves.end() ? nullptr : &*found;
  }
  for (const auto& row : curve().y) {
    percent_a_.push_back(inPercent(row));
  }
  if (const auto* row = rowOfB()) {
    percent_b_ = inPercent(*row);
  }
  calibration_ = curve().id.starts_with(kCalibrationCurve);
  if (calibration_ && data_.row < data_.a->rows.size()) {
    levels_a_ = levelsOf(*data_.a, data_.row);
    for (std::size_t r = 0; curve_b_ && r < data_.b->rows.size(); ++r) {
      if (data_.b->rows[r].name == data_.a->rows[data_.row].name) {
        levels_b_ = levelsOf(*data_.b, r);
      }
    }
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
  const std::pair<const Levels*, QColor> runs[] = {{&levels_b_, theme.colors.runs[1]},
                                                   {&levels_a_, theme.colors.runs[0]}};
  for (const auto& [levels, color] : runs) {
    if (!levels->x.empty()) {
      ChartSeries bars{QPen(color, theme.line), levels->x, levels->y, levels->low, levels->high};
      bars.style = ChartSeries::Style::kPoints;
      bars.spread = ChartSeries::Spread::kErrorBars;
      chart.series.push_back(bars);
    }
  }
  chart.legend.push_back({LegendEntry::Mark::kLine, diagonal, "calibrated"});
}

const std::vector<double>* CurveFigure::rowOfB() const {
  if (!curve_b_) {
    return nullptr;
  }
  const std::string& name = data_.a->rows[data_.row].name;
  for (std::size_t r = 0; r < data_.b->rows.size() && r < curve_b_->y.size(); ++r) {
    if (data_.b->rows[r].name == name) {
      return &curve_b_->y[r];
    }
  }
  return nullptr;
}

Chart CurveFigure::chart(const PlotTheme& theme) const {
  Chart chart{xAxis(curve()), yAxis(curve())};
  const QString row = QString::fromStdString(data_.a->rows[data_.row].name);
  const QPen strong(theme.colors.runs[0], 1.3 * theme.line, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  const QPen reference = dashed(theme.colors.runs[1], 1.3 * theme.line);
  const QPen faint(faintOf(theme), theme.hairline);
  for (std::size_t r = 0; data_.others && r < percent_a_.size(); ++r) {
    if (r != data_.row) {
      chart.series.push_back(lineOf(curve(), percent_a_[r], faint));
    }
  }
  if (rowOfB()) {
    chart.series.push_back(lineOf(*curve_b_, percent_b_, reference));
  }
  if (data_.row < percent_a_.size()) {
    chart.series.push_back(lineOf(curve(), percent_a_[data_.row], strong));
  }
  chart.legend.push_back({LegendEntry::Mark::kLine, strong, QStringLiteral("A · ") + row});
  if (rowOfB()) {
    chart.legend.push_back({LegendEntry::Mark::kLine, reference, QStringLiteral("B · ") + row});
  }
  if (data_.others && curve().y.size() > 1) {
    chart.legend.push_back({LegendEntry::Mark::kLine, QPen(faintOf(theme), theme.line), "A, other rows"});
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
  if (!frame.area.contains(point) || data_.row >= percent_a_.size()) {
    return {};
  }
  const ChartSeries line = lineOf(curve(), percent_a_[data_.row], {});
  const auto at = nearestRecord(line, frame.xValue(point.x()), std::numeric_limits<double>::infinity());
  if (!at) {
    return {};
  }
  QString text = QStringLiteral("%1 = %2\nA  %3 %")
                     .arg(QString::fromStdString(curve().x_title))
                     .arg(line.x[*at], 0, 'g', 4)
                     .arg(numberText(line.y[*at], 1));
  if (*at < percent_b_.size()) {
    text += QStringLiteral("\nB  %1 %").arg(numberText(percent_b_[*at], 1));
  }
  return text;
}

Table CurveFigure::data() const {
  Table table;
  table.columns.push_back(curve().x_title);
  const auto add = [&](const char* run, const EvaluationReport& report, const Curve& shown) {
    for (std::size_t r = 0; r < shown.y.size(); ++r) {
      table.columns.push_back(std::string(run) + " " + report.rows[r].name + ", " + shown.y_title);
    }
  };
  add("A", *data_.a, curve());
  if (curve_b_) {
    add("B", *data_.b, *curve_b_);
  }
  for (std::size_t i = 0; i < curve().x.size(); ++i) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(curve().x[i]);
    for (const auto& y : curve().y) {
      row.emplace_back(y[i] * kPercent);
    }
    for (std::size_t r = 0; curve_b_ && r < curve_b_->y.size(); ++r) {
      auto& cell = row.emplace_back();
      if (i < curve_b_->y[r].size()) {
        cell = curve_b_->y[r][i] * kPercent;
      }
    }
  }
  return table;
}

}  // namespace alidade
