// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QImage>
#include <QPainter>
#include <QtTest>

#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_export.h"
#include "views/schedule_lab/errors_figure.h"
#include "views/schedule_lab/figure_caption.h"
#include "views/schedule_lab/schedule_maps_figure.h"

using namespace alidade;

namespace {

constexpr QSize kSize(900, 420);

/// Four samples of a bottle, `turn` radians apart about its axis, at two times.
std::shared_ptr<const ObjectSamples> samples(double turn) {
  auto made = std::make_shared<ObjectSamples>();
  made->name = "schedule";
  made->category = "bottle";
  made->frame_name = "frame";
  made->symmetry = continuous_symmetry(Eigen::Vector3d::UnitY());
  made->truth = Rigid3{rotation_about(Eigen::Vector3d(1, 2, 3).normalized(), 0.7), {0.1, 0.0, 0.8}};
  made->times = {0.5, 0.0};
  for (std::size_t state = 0; state < 2; ++state) {
    std::vector<Rigid3> poses;
    for (int k = 0; k < 4; ++k) {
      poses.push_back({made->truth->R * rotation_about(Eigen::Vector3d::UnitY(), turn * k), made->truth->t});
    }
    made->trajectory.push_back(poses);
    made->curve.push_back({made->times[state], 1.0, 0.5, 0.1, 0.02, 0.01});
  }
  made->samples = made->trajectory.back();
  return made;
}

ScheduleMaps grid(bool centered) {
  ScheduleMaps maps;
  maps.columns = {{"Constant", "const 5", 2}, {"Exponential", "exp 1\u20135", 3}};
  maps.rows = {{"t = 0.50", {}, {}}, {"t = 0.00", {}, {}}};
  for (std::size_t time = 0; time < 2; ++time) {
    for (std::size_t c = 0; c < 2; ++c) {
      ShownColumn cell;
      cell.index = 2 + c;
      cell.samples = samples(c == 0 ? 0.0 : 1.3);
      cell.position = time;
      cell.measures = SampleMeasures{};
      maps.cells.push_back(cell);
    }
  }
  maps.centered = centered;
  maps.caption = "One bottle, four samples.";
  return maps;
}

QImage mapsPainted(const Figure& figure, const PlotTheme& theme) {
  QImage image(kSize, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  figure.paint(painter, QRectF(QPointF(0, 0), QSizeF(kSize)), theme);
  return image;
}

/// The most saturated color near a point.
int colorNear(const QImage& image, const QPointF& at) {
  int most = 0;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      most = std::max(most, image.pixelColor((at + QPointF(dx, dy)).toPoint()).hsvSaturation());
    }
  }
  return most;
}

}  // namespace

/// Small multiples of schedules for print.
class ScheduleMapsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everySampleIsPaintedWhereItLies() {
    const ScheduleMapsFigure figure(grid(false));
    const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kPrint));
    const QImage image = mapsPainted(figure, theme);
    const QRectF area(QPointF(0, 0), QSizeF(kSize));
    for (std::size_t row = 0; row < 2; ++row) {
      for (std::size_t column = 0; column < 2; ++column) {
        const QRectF map = figure.mapArea(row, column, area, theme);
        QVERIFY(area.contains(map));
        for (std::size_t k = 0; k < 4; ++k) {
          const QPointF at = figure.placeOf(row, column, k, area, theme);
          QVERIFY(map.contains(at));
          QVERIFY(colorNear(image, at) > 60);
        }
      }
    }
    QVERIFY(!figure.mapArea(0, 0, area, theme).intersects(figure.mapArea(0, 1, area, theme)));
    QVERIFY(!figure.mapArea(0, 0, area, theme).intersects(figure.mapArea(1, 0, area, theme)));
  }

  void theTruthCanLieInTheMiddle() {
    const PlotTheme theme = printPlotTheme();
    const QRectF area(0, 0, 500, 240);
    const ScheduleMapsFigure plain(grid(false)), centered(grid(true));
    const auto away = [&](const ScheduleMapsFigure& figure) {  // the first sample is the truth
      const QPointF offset =
          figure.placeOf(0, 0, 0, area, theme) - figure.mapArea(0, 0, area, theme).center();
      return std::hypot(offset.x(), offset.y());
    };
    QVERIFY(away(centered) < 1e-6);
    QVERIFY(away(plain) > 5.0);
    // The errors do not depend on how the map is turned.
    const Table a = plain.data(), b = centered.data();
    QCOMPARE(a.rows.size(), std::size_t{16});
    for (std::size_t row = 0; row < a.rows.size(); ++row) {
      QVERIFY(a.rows[row][10] == b.rows[row][10] && a.rows[row][11] == b.rows[row][11]);
    }
  }

  void smallSizesStayInside() {
    const ScheduleMapsFigure figure(grid(true));
    for (const double width : {5.0, 40.0, 174.0}) {
      for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
        ExportOptions options;
        options.width_mm = width;
        options.height_mm = 5.0;
        QVERIFY(bool(figureBytes(figure, extension, options)));
      }
    }
  }

  void namesOfSchedulesTakeALineAboveThePlots() {
    std::vector<ShownColumn> columns(2);
    for (std::size_t i = 0; i < 2; ++i) {
      columns[i].index = i;
      columns[i].samples = samples(0.0);
    }
    const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kPrint));
    const QRectF area(QPointF(0, 0), QSizeF(kSize));
    const ErrorsFigure letters(columns, std::nullopt);
    const ErrorsFigure names(columns, std::nullopt, {true, true, "What the errors are of."});
    QVERIFY(mapsPainted(letters, theme) != mapsPainted(names, theme));
    // t = 1 lies at the same x, and the plots begin lower.
    QVERIFY(letters.timeAt({200.0, 30.0}, area, theme).has_value());
    QVERIFY(!names.timeAt({200.0, 30.0}, area, theme).has_value());
    QCOMPARE(*names.timeAt({200.0, 200.0}, area, theme), *letters.timeAt({200.0, 200.0}, area, theme));
  }

  void captionsAreBrokenBetweenWords() {
    const PlotTheme theme = printPlotTheme();
    const QString text = "Mean and one standard deviation over the samples of many objects of a set";
    const QStringList lines = captionLines(theme, text, 120.0);
    QVERIFY(lines.size() > 1);
    QCOMPARE(lines.join(' '), text);
    QVERIFY(captionLines(theme, {}, 120.0).isEmpty());
    QCOMPARE(captionHeight(theme, {}), 0.0);
  }
};

ALIDADE_TEST(ScheduleMapsTest)
#include "schedule_maps_test.moc"
