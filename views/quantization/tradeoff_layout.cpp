// SPDX-License-Identifier: BSD-3-Clause
// Where the parts of a trade-off chart lie, and what its legend says.
#include <algorithm>
#include <cmath>

#include "views/base/chart/chart_series.h"
#include "views/quantization/quantization_text.h"
#include "views/quantization/tradeoff_figure.h"
#include "views/quantization/tradeoff_look.h"

namespace alidade {
namespace {

constexpr double kResidualShare = 0.2, kAirLog = 0.06, kAirLinear = 0.06;
/// Below that many lines of text residuals would take the room that the chart itself needs.
constexpr double kLinesWithResiduals = 18.0;

/// With air at both ends, on the axis' own scale.
void fitWithAir(ChartAxis& axis, double low, double high) {
  if (axis.logarithmic()) {
    const double air = std::max(std::log(high / low), 0.1) * kAirLog;
    axis.low = low * std::exp(-air);
    axis.high = high * std::exp(air);
    return;
  }
  const double air = std::max(high - low, 1e-3 * std::max(1.0, std::abs(high))) * kAirLinear;
  axis.low = low - air;
  axis.high = high + air;
}

ChartAxis fittedCosts(const TradeoffSheet& sheet) {
  ChartAxis axis = costAxis(sheet.cost, *sheet.sweep);
  ChartRange range;
  const auto add = [&](double cost) { range.add(onAxis(sheet.cost, cost)); };
  for (const TradeoffMark& mark : sheet.marks) {
    add(mark.x);
  }
  for (const auto* points : {&sheet.predicted, &sheet.other_frontier}) {
    for (const QPointF& point : *points) {
      add(point.x());
    }
  }
  for (const TradeoffSheet::Printed& row : sheet.printed) {
    add(row.x);
  }
  fitWithAir(axis, range.low, range.high);
  return axis;
}

ChartAxis fittedShares(const TradeoffSheet& sheet) {
  ChartAxis axis;
  axis.label = metricText(sheet.metric) + QStringLiteral(" (%)");
  ChartRange range;
  const auto add = [&](double share) {
    if (std::isfinite(share)) {
      range.add(kPercent * share);
    }
  };
  for (const TradeoffMark& mark : sheet.marks) {
    add(mark.y.value);
    add(sheet.calibration ? mark.calibration : mark.y.value);
    if (mark.state == TradeoffMark::State::kFrontier) {
      add(mark.y.low);
      add(mark.y.high);
    }
  }
  if (sheet.baseline) {
    add(sheet.baseline->low);
    add(sheet.baseline->high);
  }
  for (const QPointF& point : sheet.predicted) {
    add(point.y());
  }
  for (const QPointF& point : sheet.other_frontier) {
    add(point.y());
  }
  for (const TradeoffSheet::Printed& row : sheet.printed) {
    add(row.y);
  }
  fitWithAir(axis, range.low, range.high);
  return axis;
}

ChartAxis fittedResiduals(const TradeoffSheet& sheet) {
  double most = 1.0;
  for (const TradeoffMark& mark : sheet.marks) {
    const double residual = kPercent * (mark.y.value - mark.predicted);
    most = std::isfinite(residual) ? std::max(most, std::abs(residual)) : most;
  }
  ChartAxis axis;
  axis.low = -1.15 * most;
  axis.high = 1.15 * most;
  axis.label = worded("residual");
  return axis;
}

QString memoryText(const TradeoffSheet& sheet) {
  double least = 0.0, most = 0.0;
  for (const TradeoffMark& mark : sheet.marks) {
    if (mark.memory > 0.0) {
      least = least > 0.0 ? std::min(least, mark.memory) : mark.memory;
      most = std::max(most, mark.memory);
    }
  }
  return most <= 0.0     ? QString()
         : least == most ? worded("peak memory %1").arg(bytesText(most))
                         : worded("area: peak memory %1 to %2").arg(bytesText(least), bytesText(most));
}

std::vector<LegendEntry> legendOf(const TradeoffSheet& sheet, const PlotTheme& theme) {
  std::vector<LegendEntry> entries;
  const QPen shape(theme.colors.muted, theme.line);
  for (int i = 0; i < sheet.families.size(); ++i) {
    const auto family = static_cast<std::size_t>(i);
    const QString name = sheet.families[i].isEmpty() ? worded("other") : sheet.families[i];
    entries.push_back({isPierced(sheet, family, theme) ? LegendEntry::Mark::kRing : LegendEntry::Mark::kDot,
                       QPen(familyColor(sheet, family, theme), 2.0 * theme.line), name});
  }
  for (const SweepMethod method : {SweepMethod::kPostTraining, SweepMethod::kLsq, SweepMethod::kInq}) {
    const bool there = std::any_of(sheet.marks.begin(), sheet.marks.end(), [&](const TradeoffMark& mark) {
      return sheet.sweep->points[mark.point].method == method;
    });
    if (there) {
      entries.push_back({markOf(method), shape, methodText(method)});
    }
  }
  if (sheet.calibration && std::any_of(sheet.marks.begin(), sheet.marks.end(), [](const TradeoffMark& mark) {
        return std::isfinite(mark.calibration);
      })) {
    entries.push_back({LegendEntry::Mark::kDot, shape, worded("small: selection split, joined to held out")});
  }
  if (!sheet.predicted.empty()) {
    entries.push_back({LegendEntry::Mark::kRing, shape, worded("predicted, not measured")});
  }
  if (!sheet.printed.empty()) {
    entries.push_back({LegendEntry::Mark::kCross, shape, worded("published: other networks and data")});
  }
  if (!sheet.other_frontier.empty()) {
    entries.push_back(
        {LegendEntry::Mark::kLine, otherPen(theme), worded("frontier of B, %1").arg(sheet.other_name)});
  }
  if (const QString memory = memoryText(sheet); !memory.isEmpty()) {
    entries.push_back({LegendEntry::Mark::kDot, shape, memory});
  }
  return entries;
}

/// At the bottom of what is left, in one line where it fits.
void placeRemark(TradeoffLayout& layout, const PlotTheme& theme, const QRectF& inside,
                 const QStringList& sentences) {
  const QString one = sentences.join(QStringLiteral(" \u00b7 "));
  const bool fits = textWidth(theme, one, {TextRole::kSmall}) <= inside.width();
  layout.remark_lines = fits ? QStringList{one} : sentences;
  const double height = static_cast<double>(layout.remark_lines.size()) * lineHeight(theme, TextRole::kSmall);
  layout.remark = QRectF(inside.left(), inside.bottom() - height, inside.width(), height);
}

}  // namespace

QColor familyColor(const TradeoffSheet& sheet, std::size_t family, const PlotTheme& theme) {
  std::size_t hue = 0;
  for (std::size_t i = 0; i < family; ++i) {
    hue += isFullPrecision(sheet, i) ? 0 : 1;
  }
  return isFullPrecision(sheet, family) ? theme.colors.text
                                        : theme.colors.runs[hue % theme.colors.runs.size()];
}

bool isFullPrecision(const TradeoffSheet& sheet, std::size_t family) {
  return std::all_of(sheet.marks.begin(), sheet.marks.end(), [&](const TradeoffMark& mark) {
    return mark.family != family || sheet.sweep->points[mark.point].method == SweepMethod::kFullPrecision;
  });
}

bool isPierced(const TradeoffSheet& sheet, std::size_t family, const PlotTheme& theme) {
  std::size_t hue = 0;
  for (std::size_t i = 0; i < family; ++i) {
    hue += isFullPrecision(sheet, i) ? 0 : 1;
  }
  return hue >= theme.colors.runs.size();
}

QPen otherPen(const PlotTheme& theme) {
  QPen pen(theme.colors.muted, theme.line);
  pen.setDashPattern({4.0, 2.5});
  return pen;
}

QPointF TradeoffLayout::at(const TradeoffSheet& sheet, double cost, double share) const {
  return chart.map(onAxis(sheet.cost, cost), kPercent * share);
}

TradeoffLayout layoutTradeoff(const QRectF& area, const PlotTheme& theme, const TradeoffSheet& sheet) {
  TradeoffLayout layout;
  const double gap = theme.spacing, pad = theme.print ? 0.5 * gap : 2.0 * gap;
  const double small = lineHeight(theme, TextRole::kSmall);
  QRectF inside = area.adjusted(pad, pad, -pad, -pad);
  if (sheet.titled) {
    layout.title = QRectF(inside.topLeft(), QSizeF(inside.width(), lineHeight(theme, TextRole::kTitle)));
    inside.setTop(layout.title.bottom() + gap);
  }
  layout.legend_rows = legendRows(theme, legendOf(sheet, theme), inside.width());
  layout.legend =
      QRectF(inside.left(), inside.top(), inside.width(), legendHeight(theme, layout.legend_rows));
  inside.setTop(layout.legend.bottom() + gap);
  if (sheet.prediction.fit) {
    if (inside.height() >= kLinesWithResiduals * small) {
      const double height = std::max(kResidualShare * inside.height(), 3.0 * small);
      layout.residuals_place = QRectF(inside.left(), inside.bottom() - height, inside.width(), height);
      inside.setBottom(layout.residuals_place.top() - gap);
    }
    placeRemark(layout, theme, inside, agreementText(sheet.prediction));
    inside.setBottom(layout.remark.top() - gap);
  }
  layout.chart_place = inside;
  layout.chart = frameIn(theme, inside, fittedCosts(sheet), fittedShares(sheet));
  if (!layout.residuals_place.isEmpty()) {
    ChartAxis costs = layout.chart.x;
    costs.label.clear();
    layout.residuals = frameIn(theme, layout.residuals_place, costs, fittedResiduals(sheet));
    layout.residuals.area.setBottom(layout.residuals_place.bottom() - gap);  // its numbers stand above
    const double left = std::max(layout.chart.area.left(), layout.residuals.area.left());
    const double right = std::min(layout.chart.area.right(), layout.residuals.area.right());
    for (ChartFrame* frame : {&layout.chart, &layout.residuals}) {
      frame->area.setLeft(left);
      frame->area.setRight(right);
    }
  }
  return layout;
}

}  // namespace alidade
