// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evaluation/report/report.h"
#include "views/base/chart/chart.h"
#include "views/base/chart/histogram_bins.h"
#include "views/base/figure.h"
#include "views/metrics/compared_run.h"

namespace alidade {

/// The values of a run.
struct HistogramRun {
  QString name;
  int style = 0;
  std::size_t place = 0;
  std::vector<double> values;
};

/// What a histogram shows; values in display units.
struct HistogramData {
  std::string title;               ///< "rotation error"
  std::string unit;                ///< "°"; empty for a plain number
  std::vector<HistogramRun> runs;  ///< A first
  std::optional<double> threshold;
  std::string threshold_name;  ///< "5°2cm"
  Provenance provenance;
};

/// Values of the measure over the given samples.
std::vector<double> measureValues(const EvaluationReport& report, const std::vector<std::size_t>& samples,
                                  std::size_t measure);

/// The data of a figure: the measure over the samples behind a cell of A, and of the same cell of the other
/// runs that have it.
HistogramData histogramData(const std::vector<ComparedRun>& runs, std::size_t row, std::size_t column,
                            std::size_t measure);

/// How many objects have which error, in the colors of the runs: A filled, the others as dashed outlines. The
/// last bin also holds what lies beyond (the largest 2 %), and says so.
class HistogramFigure : public Figure {
 public:
  explicit HistogramFigure(HistogramData data);
  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override;
  Provenance provenance() const override { return data_.provenance; }

  /// What lies under a point of the painted figure: the bin, and how many objects are in it; empty outside.
  QString describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const;

  const std::vector<double>& edges() const { return bins_.edges; }
  /// Objects per bin, of the n-th run of the data.
  const std::vector<double>& counts(std::size_t run) const { return counts_[run]; }

 private:
  /// The chart in a theme's colors; views this figure's numbers.
  Chart chart(const PlotTheme& theme) const;

  HistogramData data_;
  HistogramBins bins_;
  std::vector<std::vector<double>> counts_;  ///< of every run
};

}  // namespace alidade
