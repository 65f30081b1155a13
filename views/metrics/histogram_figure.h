// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evaluation/report/report.h"
#include "views/base/chart/chart.h"
#include "views/base/figure.h"

namespace alidade {

/// What a histogram shows; values in display units.
struct HistogramData {
  std::string title;         ///< "rotation error"
  std::string unit;          ///< "°"; empty for a plain number
  std::vector<double> a, b;  ///< b may be empty
  std::optional<double> threshold;
  std::string threshold_name;  ///< "5°2cm"
  bool has_b = false;
  Provenance provenance;
};

/// Values of the measure over the given samples.
std::vector<double> measureValues(const EvaluationReport& report, const std::vector<std::size_t>& samples,
                                  std::size_t measure);

/// The data of a figure: the measure over the samples behind a cell of A and, when given, of the same cell
/// of B.
HistogramData histogramData(const EvaluationReport& a, const EvaluationReport* b, std::size_t row,
                            std::size_t column, std::size_t measure);

/// How many objects have which error: A filled, B as a dashed outline over it. The last bin also holds what
/// lies beyond (the largest 2 %), and says so.
class HistogramFigure : public Figure {
 public:
  explicit HistogramFigure(HistogramData data);
  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override;
  Provenance provenance() const override { return data_.provenance; }

  /// What lies under a point of the painted figure: the bin, and how many objects are in it; empty outside.
  QString describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const;

  const std::vector<double>& edges() const { return edges_; }
  /// Objects per bin.
  const std::vector<double>& countsA() const { return counts_a_; }
  const std::vector<double>& countsB() const { return counts_b_; }

 private:
  std::vector<double> count(const std::vector<double>& values) const;
  /// The chart in a theme's colors; views this figure's numbers.
  Chart chart(const PlotTheme& theme) const;

  HistogramData data_;
  std::vector<double> edges_;  ///< one more than bins
  bool overflow_ = false;
  std::vector<double> counts_a_, counts_b_;
};

}  // namespace alidade
