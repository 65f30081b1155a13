// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "views/base/chart/chart_frame.h"
#include "views/base/chart/chart_legend.h"
#include "views/base/hover_figure.h"
#include "views/quantization/tradeoff_sheet.h"

namespace alidade {

/// Where the parts of a trade-off chart lie.
struct TradeoffLayout {
  QRectF title, legend, remark;
  LegendRows legend_rows;
  QStringList remark_lines;
  ChartFrame chart;      ///< costs on the axis (onAxis), percent
  QRectF chart_place;    ///< with labels
  ChartFrame residuals;  ///< measured less predicted, points; empty area without prediction
  QRectF residuals_place;  ///< empty where the chart needs the room itself

  /// A mark's place.
  QPointF at(const TradeoffSheet& sheet, double cost, double share) const;
};

TradeoffLayout layoutTradeoff(const QRectF& area, const PlotTheme& theme, const TradeoffSheet& sheet);

/// Accuracy of quantized networks against what they cost (MQAT Fig. 6). The frontier is what passed the
/// dominance test among networks that keep budget and limits, drawn as steps; dominated ones are faint,
/// others gray. Shape: method; color: family; area: peak memory. Rings are predicted. Below, measured less
/// predicted.
class TradeoffFigure : public HoverFigure {
 public:
  explicit TradeoffFigure(std::shared_ptr<const TradeoffSheet> sheet) : sheet_(std::move(sheet)) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// A row per network, then the solved assignment and printed rows.
  Table data() const override;
  Provenance provenance() const override { return sheet_->sweep->provenance; }
  /// The networks from left to right.
  std::vector<Stop> stops(const QRectF& area, const PlotTheme& theme) const override;

  const TradeoffSheet& sheet() const { return *sheet_; }

 private:
  std::shared_ptr<const TradeoffSheet> sheet_;
};

/// Radius of a mark: its area is that of the memory, between a least and a largest one.
double markRadius(const TradeoffSheet& sheet, const TradeoffMark& mark, const PlotTheme& theme);
/// What the card of a network says.
HoverCard cardOf(const TradeoffSheet& sheet, const TradeoffMark& mark);
/// What stands above the residuals, one or two sentences: how well the prediction orders networks.
QStringList agreementText(const SweepPrediction& prediction);

}  // namespace alidade
