// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QtTest>

#include "core/diffusion/ve_sde.h"
#include "core/evaluation/errors/sample_measures.h"
#include "core/geometry/symmetry.h"
#include "tests/support/test_registry.h"
#include "tests/views/lab_support.h"
#include "views/base/figure_export.h"
#include "views/schedule_lab/columns_figure.h"
#include "views/schedule_lab/errors_figure.h"

namespace {

/// Pixels that are no gray.
int colorful(const QImage& image) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      count += image.pixelColor(x, y).hsvSaturationF() > 0.35F ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

using namespace alidade;
using namespace alidade::test;

class LabFiguresTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void locksChooseStates() {
    const Samples coarse = drawn(samplerOf(GuidanceKind::kNone, 1.0, 10));
    const Samples fine = drawn(samplerOf(GuidanceKind::kNone, 1.0, 40));
    for (const double t : {1.0, 0.63, 0.2, 0.0}) {
      for (const Samples& samples : {coarse, fine}) {
        const double got = samples->times[positionFor(*samples, TimeLock::kTime, t)];
        for (const double other : samples->times) {
          QVERIFY(std::abs(got - t) <= std::abs(other - t) + 1e-12);
        }
        const double sigma = VeSde{}.sigma(t);
        const auto by_sigma = positionFor(*samples, TimeLock::kSigma, sigma);
        QVERIFY(std::abs(samples->times[by_sigma] - got) < 1e-9);
      }
    }
    QCOMPARE(positionFor(*coarse, TimeLock::kStep, 7.0), std::size_t{7});
    QCOMPARE(positionFor(*coarse, TimeLock::kStep, 25.0), coarse->times.size() - 1);
    QCOMPARE(positionFor(*fine, TimeLock::kStep, 25.0), std::size_t{25});
  }

  void measuresBelongToTheShownTime() {
    ShownColumn column;
    column.samples = drawn(samplerOf(GuidanceKind::kExponential, 15.0));
    moveTo(column, TimeLock::kTime, 1.0);
    const double noisy = column.measures->rotation_median;
    moveTo(column, TimeLock::kTime, 0.0);
    QVERIFY(noisy > 10.0 * column.measures->rotation_median);
    QVERIFY(std::abs(column.measures->entropy - column.samples->measures->entropy) < 1e-12);
  }

  void divergenceIsSaidAndThePathKept() {
    auto broken = std::make_shared<ObjectSamples>(*drawn(samplerOf(GuidanceKind::kConstant, 8.0)));
    broken->first_bad_step = 7;
    broken->times.resize(7);
    broken->trajectory.resize(7);
    broken->curve.resize(7);
    ShownColumn column;
    column.samples = drawn(samplerOf(GuidanceKind::kConstant, 8.0));
    moveTo(column, TimeLock::kTime, 0.0);
    ShownColumn diverged = column;
    diverged.samples = broken;
    moveTo(diverged, TimeLock::kTime, 0.0);
    QCOMPARE(diverged.position, std::size_t{6});  // the last state there is
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const QImage whole = painted(ColumnsFigure({column}), {400, 360}, plot);
    const QImage told = painted(ColumnsFigure({diverged}), {400, 360}, plot);
    const auto alarming = [&](const QImage& image) {
      int count = 0;
      for (int y = 0; y < 70; ++y) {
        for (int x = 0; x < image.width(); ++x) {
          const QColor seen = image.pixelColor(x, y);
          count += seen.red() > 120 && seen.red() > 1.5 * seen.green() && seen.red() > 1.5 * seen.blue();
        }
      }
      return count;
    };
    QCOMPARE(alarming(whole), 0);
    QVERIFY(alarming(told) > 50);
  }

  void errorCurvesHoldTheNumbers() {
    ShownColumn column;
    column.index = 2;
    column.samples = drawn(samplerOf(GuidanceKind::kLinear, 8.0));
    const Table table = ErrorsFigure({column}, 0.5).data();
    QCOMPARE(table.rows.size(), column.samples->times.size());
    QCOMPARE(std::get<std::string>(table.rows[0][0]), std::string("C"));
    const auto& poses = column.samples->trajectory[5];
    double sum = 0.0;
    for (const Rigid3& pose : poses) {
      sum += symmetric_rotation_distance(pose.R, column.samples->truth->R, column.samples->symmetry);
    }
    const double mean = sum / static_cast<double>(poses.size()) * kDegreesPerRadian;
    QVERIFY(std::abs(std::get<double>(table.rows[5][4]) - mean) < 1e-9);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const QImage with = painted(ErrorsFigure({column}, 0.5), {700, 220}, plot);
    QVERIFY(with != painted(ErrorsFigure({column}, 0.25), {700, 220}, plot));
    const QRectF area(0, 0, 700, 220);
    const auto t = ErrorsFigure({column}, {}).timeAt({200, 100}, area, plot);
    QVERIFY(t && *t > 0.0 && *t < 1.0);
  }

  void figuresAreExportedTheSameTwice() {
    ShownColumn column;
    column.samples = drawn(samplerOf(GuidanceKind::kExponential, 15.0));
    moveTo(column, TimeLock::kTime, 0.0);
    const ColumnsFigure columns({column, column});
    const ErrorsFigure errors({column}, {});
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      for (const Figure* figure :
           {static_cast<const Figure*>(&columns), static_cast<const Figure*>(&errors)}) {
        const auto first = figureBytes(*figure, extension, {});
        const auto second = figureBytes(*figure, extension, {});
        QVERIFY(first && second && *first == *second && !first->empty());
      }
    }
    QCOMPARE(columns.data().rows.size(), 2 * column.samples->samples.size());
  }

  void thumbnailsStandWhereThereIsRoom() {
    ShownColumn column;
    column.samples = drawn(samplerOf(GuidanceKind::kNone, 1.0));
    moveTo(column, TimeLock::kTime, 0.0);
    const ColumnsFigure figure({column, column});
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    for (const QSize& size : {QSize(500, 600), QSize(900, 320), QSize(420, 330)}) {
      const QRectF area(QPointF(0, 0), QSizeF(size));
      for (std::size_t i = 0; i < 2; ++i) {
        const QRectF map = figure.mapArea(i, area, plot), picture = figure.thumbnailArea(i, area, plot);
        QVERIFY(area.contains(map) && area.contains(picture));
        QVERIFY(picture.height() > 40.0 && picture.width() > 40.0);
        QVERIFY(!map.intersects(picture));
        QVERIFY(!picture.intersects(figure.mapArea(1 - i, area, plot)));
      }
      const QImage image = painted(figure, size, plot);
      const QRect place = figure.thumbnailArea(0, area, plot).toRect().adjusted(2, 2, -2, -2);
      QVERIFY(colorful(image.copy(place)) > 30);
    }
    QVERIFY(figure.thumbnailArea(0, {0, 0, 500, 160}, plot).isEmpty());
  }

  void markedSamplesStandOutInMapAndThumbnail() {
    ShownColumn column;
    column.samples = drawn(samplerOf(GuidanceKind::kNone, 1.0));
    moveTo(column, TimeLock::kTime, 0.0);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const QSize size(500, 600);
    const QRectF area(QPointF(0, 0), QSizeF(size));
    const ColumnsFigure plain({column}), marked({column}, {3, 4});
    const QImage before = painted(plain, size, plot), after = painted(marked, size, plot);
    for (const QRectF& place : {plain.mapArea(0, area, plot), plain.thumbnailArea(0, area, plot)}) {
      QVERIFY(before.copy(place.toRect()) != after.copy(place.toRect()));
    }
    const QRect head(0, 0, size.width(), static_cast<int>(plain.mapArea(0, area, plot).top()) - 2);
    QCOMPARE(before.copy(head), after.copy(head));
  }
};

ALIDADE_TEST(LabFiguresTest)
#include "lab_figures_test.moc"
