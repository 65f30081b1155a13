// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QImage>
#include <QPainter>
#include <QtTest>

#include "core/evaluation/objects/calibration.h"
#include "tests/support/test_registry.h"
#include "views/metrics/curve_figure.h"

namespace alidade {
namespace {

/// A coverage of p^2 at every level p, with intervals of ten points to both sides.
std::shared_ptr<EvaluationReport> squaredCoverage(const std::string& curve_id) {
  auto report = std::make_shared<EvaluationReport>();
  report->rows.emplace_back().name = "all";
  Curve curve{curve_id, "coverage", "nominal level (%)", "truth inside (%)", {}, {{}}};
  for (int i = 0; i <= 20; ++i) {
    curve.x.push_back(5.0 * i);
    curve.y[0].push_back(0.0025 * i * i);
  }
  report->curves.push_back(curve);
  for (const double level : kCalibrationLevels) {
    MetricColumn column;
    column.id = "pose_" + std::to_string(std::lround(100.0 * level));
    column.best_at = level;
    report->columns.push_back(column);
    MetricCell& cell = report->rows[0].cells.emplace_back();
    cell.value = level * level;
    cell.interval = Interval{level * level - 0.1, level * level + 0.1};
  }
  return report;
}

QImage curvePainted(const CurveFigure& figure, const PlotTheme& plot) {
  QImage image(400, 360, QImage::Format_RGB32);
  QPainter painter(&image);
  figure.paint(painter, image.rect(), plot);
  return image;
}

/// Whether a color lies within two pixels of a point.
bool inkedNear(const QImage& image, const QPointF& at, const QColor& color) {
  for (int dx = -2; dx <= 2; ++dx) {
    for (int dy = -2; dy <= 2; ++dy) {
      const QColor seen = image.pixelColor(at.toPoint() + QPoint(dx, dy));
      if (std::abs(seen.red() - color.red()) + std::abs(seen.green() - color.green()) +
              std::abs(seen.blue() - color.blue()) <
          90) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

class CalibrationCurveTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aCoverageHasItsDiagonalAndItsIntervals() {
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const auto report = squaredCoverage(std::string(kCalibrationCurve) + "pose");
    const CurveFigure figure(CurveData{comparedRuns({report}), 0, 0, true, {}});
    const QImage image = curvePainted(figure, plot);
    // The same report under another id has neither.
    const CurveFigure plain(CurveData{comparedRuns({squaredCoverage("recall")}), 0, 0, true, {}});
    const QImage without = curvePainted(plain, plot);
    // The chart's frame, by a chart of the same axes and legend.
    Chart axes{{0.0, 100.0, "nominal level (%)"}, {0.0, 100.0, "truth inside (%)"}};
    axes.y.holds = true;
    axes.legend = {{LegendEntry::Mark::kLine, {}, "A · all"}, {LegendEntry::Mark::kLine, {}, "calibrated"}};
    const ChartFrame frame = frameOf(plot, image.rect(), axes);
    const QColor run = plot.colors.runs[0];
    for (const double level : kCalibrationLevels) {
      const double middle = 100.0 * level * level;
      for (const double end : {middle - 9.0, middle + 9.0}) {
        if (end < 100.0) {
          QVERIFY2(inkedNear(image, frame.map(100.0 * level, end), run), qPrintable(QString::number(level)));
        }
      }
    }
    // Dots of the diagonal along the lower half, where neither curve nor grid runs.
    int dots = 0, grid = 0;
    for (double x = 22.5; x < 38.0; x += 0.5) {
      dots += inkedNear(image, frame.map(x, x), plot.colors.muted) ? 1 : 0;
      grid += inkedNear(without, frame.map(x, x), plot.colors.muted) ? 1 : 0;
    }
    QVERIFY2(dots > grid + 10, qPrintable(QString("%1 and %2").arg(dots).arg(grid)));
  }

  void theNumbersAreThoseOfTheCurve() {
    const auto report = squaredCoverage(std::string(kCalibrationCurve) + "pose");
    const CurveFigure figure(CurveData{comparedRuns({report, report}), 0, 0, true, {}});
    const Table numbers = figure.data();
    QCOMPARE(numbers.rows.size(), std::size_t{21});
    QCOMPARE(std::get<double>(numbers.rows[18][0]), 90.0);
    QVERIFY(std::abs(std::get<double>(numbers.rows[18][1]) - 81.0) < 1e-9);
  }
};

}  // namespace alidade

using alidade::CalibrationCurveTest;
ALIDADE_TEST(CalibrationCurveTest)
#include "calibration_curve_test.moc"
