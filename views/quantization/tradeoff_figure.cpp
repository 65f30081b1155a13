// SPDX-License-Identifier: BSD-3-Clause
// The numbers of a trade-off chart, and what it says of its marks.
#include "views/quantization/tradeoff_figure.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "views/quantization/quantization_text.h"

namespace alidade {
namespace {

const char* stateName(TradeoffMark::State state) {
  switch (state) {
    case TradeoffMark::State::kFrontier:
      return "frontier";
    case TradeoffMark::State::kDominated:
      return "dominated";
    case TradeoffMark::State::kOverBudget:
      return "over budget";
    case TradeoffMark::State::kAgainstPin:
      return "against a limit";
  }
  return "";
}

std::vector<Table::Cell> rowOf(const TradeoffSheet& sheet, const TradeoffMark& mark) {
  const SweepPoint& point = sheet.sweep->points[mark.point];
  const SweepAccuracy& accuracy = *accuracy_of(point, sheet.metric);
  const auto percent = [](double share) { return numberCell(kPercent * share); };
  return {point.name,
          point.family,
          methodText(point.method).toStdString(),
          assignment_text(point),
          stateName(mark.state),
          numberCell(static_cast<double>(point.bits) / 8.0),
          point.bytes > 0 ? Table::Cell(static_cast<double>(point.bytes)) : Table::Cell(),
          numberCell(cost_of(*sheet.sweep, point, SweepCost::kCompression)),
          numberCell(burden_of(point, SweepCost::kBitOperations)),
          numberCell(point.latency_ms),
          numberCell(point.latency_p95_ms),
          point.peak_bytes > 0 ? Table::Cell(static_cast<double>(point.peak_bytes)) : Table::Cell(),
          percent(accuracy.held_out.value),
          percent(accuracy.held_out.low),
          percent(accuracy.held_out.high),
          percent(accuracy.selection.value),
          percent(accuracy.held_out_gain.value),
          numberCell(point.predicted_loss),
          percent(mark.predicted)};
}

}  // namespace

HoverCard cardOf(const TradeoffSheet& sheet, const TradeoffMark& mark) {
  const SweepPoint& point = sheet.sweep->points[mark.point];
  const SweepAccuracy& accuracy = *accuracy_of(point, sheet.metric);
  HoverCard card;
  card.head = QString::fromStdString(point.name);
  const auto add = [&card](const QString& name, const QString& value) {
    card.lines.emplace_back(name, value);
  };
  add(worded("bits"), QString::fromStdString(assignment_text(point)));
  const QString norm = normText(point.norm);
  add(worded("method"), methodText(point.method) + (norm.isEmpty() ? norm : QStringLiteral(", ") + norm));
  if (!point.order.empty()) {
    add(worded("order"), joined(point.order, QStringLiteral(" \u2192 ")));
  }
  if (std::isfinite(accuracy.held_out.value)) {
    add(metricText(sheet.metric) + worded(", held out"), shareText(accuracy.held_out));
  }
  if (std::isfinite(accuracy.selection.value)) {
    add(metricText(sheet.metric) + worded(", selection"), shareText(accuracy.selection));
  }
  if (std::isfinite(accuracy.held_out_gain.value) && point.method != SweepMethod::kFullPrecision) {
    add(worded("to full precision (points)"), gainText(accuracy.held_out_gain));
  }
  if (std::isfinite(mark.predicted)) {
    add(worded("predicted"), shareText(mark.predicted));
  }
  add(worded("weights"),
      worded("%1, %2 smaller")
          .arg(bytesText(static_cast<double>(point.bits) / 8.0),
               costText(SweepCost::kCompression, cost_of(*sheet.sweep, point, SweepCost::kCompression))));
  if (point.bytes > 0) {
    add(worded("packed file"), bytesText(static_cast<double>(point.bytes)));
  }
  if (point.bit_operations > 0.0) {
    const bool weights_only = point.activation_bits == 0 && point.method != SweepMethod::kFullPrecision;
    add(worded("bit operations"), costText(SweepCost::kBitOperations, point.bit_operations) +
                                      (weights_only ? worded(", activations stay float") : QString()));
  }
  if (std::isfinite(point.latency_ms)) {
    add(worded("latency, 95th percentile"), costText(SweepCost::kLatency, point.latency_ms) +
                                                QStringLiteral(", ") +
                                                costText(SweepCost::kLatency, point.latency_p95_ms));
  }
  if (point.peak_bytes > 0) {
    add(worded("peak memory"), bytesText(mark.memory));
  }
  card.foot = worded(stateName(mark.state));
  return card;
}

Table TradeoffFigure::data() const {
  Table table;
  table.columns = {"network",
                   "family",
                   "method",
                   "bits",
                   "state",
                   "weights (bytes)",
                   "file (bytes)",
                   "compression",
                   "bit operations",
                   "latency median (ms)",
                   "latency 95th percentile (ms)",
                   "peak memory (bytes)",
                   sheet_->metric + " held out (%)",
                   "low (%)",
                   "high (%)",
                   sheet_->metric + " selection (%)",
                   "difference to full precision (points)",
                   "predicted loss",
                   "predicted (%)"};
  table.look.names = 4;
  for (const TradeoffMark& mark : sheet_->marks) {
    table.rows.push_back(rowOf(*sheet_, mark));
  }
  const std::size_t columns = table.columns.size();
  if (sheet_->solution) {
    std::vector<Table::Cell> row(columns);
    row[0] = std::string("solved for the budget");
    row[3] = joined(sheet_->solution->levels.levels, QStringLiteral("-")).toStdString();
    row[4] = std::string(sheet_->solution->mark ? "measured above" : "predicted");
    row[columns - 2] = sheet_->solution->levels.loss;
    row[columns - 1] = numberCell(kPercent * sheet_->solution->share);
    table.rows.push_back(std::move(row));
  }
  for (const TradeoffSheet::Printed& printed : sheet_->printed) {
    std::vector<Table::Cell> row(columns);
    row[0] = printed.name.toStdString();
    row[1] = printed.source.toStdString();
    row[4] = std::string("published");
    row[7] = printed.x;
    row[12] = kPercent * printed.y;
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<HoverFigure::Stop> TradeoffFigure::stops(const QRectF& area, const PlotTheme& theme) const {
  const TradeoffLayout layout = layoutTradeoff(area, theme, *sheet_);
  std::vector<Stop> stops;
  const auto add = [&](const QPointF& at, double radius, HoverCard card, int id) {
    if (layout.chart.area.adjusted(-1.0, -1.0, 1.0, 1.0).contains(at)) {
      stops.push_back({QRectF(at - QPointF(radius, radius), QSizeF(2.0 * radius, 2.0 * radius)),
                       std::move(card), id, true});
    }
  };
  for (const TradeoffMark& mark : sheet_->marks) {
    add(layout.at(*sheet_, mark.x, mark.y.value), markRadius(*sheet_, mark, theme), cardOf(*sheet_, mark),
        static_cast<int>(mark.point));
  }
  for (const TradeoffSheet::Printed& row : sheet_->printed) {
    add(layout.at(*sheet_, row.x, row.y), 4.0,
        {row.name,
         {{metricText(sheet_->metric), shareText(row.y)},
          {worded("compression"), costText(SweepCost::kCompression, row.x)}},
         row.source},
        -1);
  }
  if (sheet_->solution && !sheet_->solution->mark && std::isfinite(sheet_->solution->share)) {
    const SolvedLevels& solved = sheet_->solution->levels;
    add(layout.at(*sheet_, solved.cost, sheet_->solution->share), 9.0,
        {worded("Solved for the budget"),
         {{worded("bits"), joined(solved.levels, QStringLiteral("-"))},
          {worded("predicted"), shareText(sheet_->solution->share)},
          {worded("predicted loss"), valueText(solved.loss)},
          {worded("costs"), costText(sheet_->cost, solved.cost)}},
         worded("not measured")},
        -1);
  }
  std::stable_sort(stops.begin(), stops.end(),
                   [](const Stop& a, const Stop& b) { return a.spot.center().x() < b.spot.center().x(); });
  return stops;
}

}  // namespace alidade
