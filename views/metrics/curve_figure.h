// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <QPointF>

#include "core/evaluation/report/report.h"
#include "views/base/chart/chart.h"
#include "views/base/figure.h"
#include "views/metrics/compared_run.h"

namespace alidade {

/// What a curve figure shows: one curve of report A, the same curve of the other runs that have it.
struct CurveData {
  std::vector<ComparedRun> runs;
  std::size_t curve = 0;  ///< in A
  std::size_t row = 0;    ///< of A: drawn strong; the other rows faint
  bool others = true;     ///< draw the other rows of A
  Provenance provenance;
};

/// A metric over its threshold: a line per run in its color, A solid, B dashed, the further ones with dashes
/// of their own. The coverage of a calibration has its diagonal beside it, where what is nominal comes true,
/// and the intervals of the columns as error bars.
class CurveFigure : public Figure {
 public:
  explicit CurveFigure(CurveData data);
  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override;
  Provenance provenance() const override { return data_.provenance; }

  /// What the strong lines say at a place of the painted figure, a line for each run; empty outside.
  QString describe(const QPointF& point, const QRectF& area, const PlotTheme& theme) const;

 private:
  /// Values with intervals in percent, at the nominal levels of a calibration that have them.
  struct Levels {
    std::vector<double> x, y, low, high;
  };
  /// The chosen row of a run.
  struct Line {
    std::size_t place = 0;
    const Curve* curve = nullptr;
    std::vector<double> percent;
    Levels levels;
  };

  const EvaluationReport& a() const { return *data_.runs[kPlaceA].report; }
  const Curve& curve() const { return a().curves[data_.curve]; }
  void addLine(std::size_t place);
  Levels levelsOf(const EvaluationReport& report, std::size_t row) const;
  QPen penOf(const PlotTheme& theme, const Line& line) const;
  /// The chart in a theme's colors; views this figure's numbers.
  Chart chart(const PlotTheme& theme) const;
  void addCalibration(const PlotTheme& theme, Chart& chart) const;

  CurveData data_;
  std::vector<std::vector<double>> percent_a_;  ///< every row of A
  std::vector<Line> lines_;                     ///< by place
  bool calibration_ = false;                    ///< the curve is a coverage over its nominal level
};

}  // namespace alidade
