// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evaluation/report/report.h"
#include "views/base/figure.h"
#include "views/base/plot.h"

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

  const std::vector<double>& edges() const { return edges_; }
  const std::vector<int>& countsA() const { return counts_a_; }
  const std::vector<int>& countsB() const { return counts_b_; }

 private:
  std::vector<int> count(const std::vector<double>& values) const;
  void paintBars(QPainter& painter, const PlotFrame& frame, const PlotTheme& theme) const;
  void paintOutline(QPainter& painter, const PlotFrame& frame, const PlotTheme& theme) const;
  void paintThreshold(QPainter& painter, const PlotFrame& frame, const PlotTheme& theme) const;

  HistogramData data_;
  std::vector<double> edges_;  ///< one more than bins
  bool overflow_ = false;
  std::vector<int> counts_a_, counts_b_;
};

}  // namespace alidade
