// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>

#include <QPointF>

#include "core/evaluation/report/report.h"
#include "views/base/chart/chart.h"
#include "views/base/figure.h"

namespace alidade {

/// What a curve figure shows: one curve of report A, the same curve of B when it has it.
struct CurveData {
  std::shared_ptr<const EvaluationReport> a;
  std::shared_ptr<const EvaluationReport> b;  ///< may be null
  std::size_t curve = 0;                      ///< in A
  std::size_t row = 0;                        ///< of A: drawn strong; the other rows faint
  bool others = true;                         ///< draw the other rows of A
  Provenance provenance;
};

/// A metric over its threshold: A solid, B dashed. The coverage of a calibration has its diagonal beside it,
/// where what is nominal comes true, and the intervals of the columns as error bars.
class CurveFigure : public Figure {
 public:
  explicit CurveFigure(CurveData data);
  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override;
  Provenance provenance() const override { return data_.provenance; }

  /// What the strong lines say at a place of the painted figure: "5.0°: A 72.3 · B 68.2 %"; empty outside.
  QString describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const;

 private:
  const Curve& curve() const { return data_.a->curves[data_.curve]; }
  const std::vector<double>* rowOfB() const;
  /// The chart in a theme's colors; views this figure's numbers.
  Chart chart(const PlotTheme& theme) const;
  void addCalibration(const PlotTheme& theme, Chart& chart) const;

  /// Values with intervals in percent, at the nominal levels of a calibration that have them.
  struct Levels {
    std::vector<double> x, y, low, high;
  };
  Levels levelsOf(const EvaluationReport& report, std::size_t row) const;

  CurveData data_;
  const Curve* curve_b_ = nullptr;
  std::vector<std::vector<double>> percent_a_;  ///< every row of A
  std::vector<double> percent_b_;               ///< the row of B; empty = it has none
  bool calibration_ = false;                    ///< the curve is a coverage over its nominal level
  Levels levels_a_, levels_b_;
};

}  // namespace alidade
