// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/results/weight_histogram.h"
#include "views/base/chart/chart.h"
#include "views/base/chart/histogram_bins.h"
#include "views/base/figure.h"

namespace alidade {

/// What of a look is painted.
struct WeightsChoice {
  std::size_t layer = 0;  ///< in QuantizedLook::layers
  bool errors = true;     ///< errors of both networks below the weights
  int full_style = 0;     ///< HeldRuns::Entry::style of both runs
  int quantized_style = 1;
};

/// "4 bit, 16 levels · SQNR 20.1 dB": what became of a layer.
QString layerText(const LayerHistogram& layer);
/// 10 log10(|w|^2 / |Q(w) - w|^2), dB; empty for float32 and where there is no error.
std::optional<double> signalToNoise(const LayerHistogram& layer);

/// How the weights of a layer are distributed, with the levels that they were rounded to as lines; below it
/// the rotation and translation errors of all objects with full and with quantized weights. Lost objects have
/// no errors and are counted in the legend.
class WeightsFigure : public Figure {
 public:
  WeightsFigure(std::shared_ptr<const QuantizedLook> look, WeightsChoice choice);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// A row per bin, and per level one with the weights that it took.
  Table data() const override;
  Provenance provenance() const override { return look_->provenance; }

  /// What lies under a point of the painted figure; empty outside of the charts.
  QString describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const;

 private:
  /// Errors of one kind, of the full network and the quantized one; display units.
  struct Errors {
    const char* title;  ///< with its unit
    HistogramBins bins;
    std::array<std::vector<double>, 2> counts{};
    std::array<std::size_t, 2> objects{};
  };
  struct Places {
    QRectF title, weights;
    std::array<QRectF, 2> errors;
  };

  void countErrors();
  bool showsErrors() const { return choice_.errors && !errors_.empty(); }
  Places places(const QRectF& area, const PlotTheme& theme) const;
  Chart weightsChart(const QRectF& area, const PlotTheme& theme) const;
  Chart errorsChart(const Errors& errors, const PlotTheme& theme) const;
  void paintLevelTicks(QPainter& painter, const ChartFrame& frame, const PlotTheme& theme) const;
  QString describeWeights(double at) const;
  QString describeErrors(const Errors& errors, double at) const;

  std::shared_ptr<const QuantizedLook> look_;
  WeightsChoice choice_;
  std::vector<double> edges_, counts_;  ///< of the layer's weights
  std::vector<Errors> errors_;
};

}  // namespace alidade
