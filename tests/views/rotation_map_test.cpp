// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QImage>
#include <QPainter>
#include <QtTest>

#include "core/base/constants.h"
#include "core/base/random.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_export.h"
#include "views/base/rotation_map_density.h"
#include "views/base/rotation_map_stamp.h"
#include "views/mollweide/mollweide_figure.h"

using namespace alidade;

namespace {

const QRectF kArea(0, 0, 500, 280);

Eigen::Matrix3d someRotation(Random& random) {
  return uniform_rotation(random.uniform(), random.uniform(), random.uniform());
}

RotationMap someMap(int count, std::uint64_t seed = 1) {
  Random random(seed);
  RotationMap map;
  for (int i = 0; i < count; ++i) {
    map.samples.push_back(someRotation(random));
  }
  return map;
}

QImage mapPainted(const RotationMap& map, const PlotTheme& theme) {
  QImage image(kArea.size().toSize(), QImage::Format_RGB32);
  image.fill(theme.background());
  QPainter painter(&image);
  paintRotationMap(painter, theme, kArea, map);
  return image;
}

double difference(const QColor& a, const QColor& b) {
  return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
}

QColor at(const QImage& image, const QPointF& point) {
  return image.pixelColor(static_cast<int>(std::floor(point.x())), static_cast<int>(std::floor(point.y())));
}

PlotTheme darkMap() {
  return screenPlotTheme(theme(ThemeKind::kDark));
}

}  // namespace

class RotationMapTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void stampsAreTheDiscsThatThePainterDraws() {
    const PlotTheme plot = darkMap();
    const RotationMap map = someMap(60, 9);
    const MapPlacement on = placeMap(kArea, plot);
    const auto dots = mapDots(map);
    QImage stamped(kArea.size().toSize(), QImage::Format_RGB32), drawn = stamped.copy();
    stamped.fill(plot.background());
    drawn = stamped.copy();
    {
      QPainter painter(&stamped);
      stampDots(painter, on, map, dots, 5.0);
    }
    {
      QPainter painter(&drawn);
      painter.setRenderHint(QPainter::Antialiasing);
      painter.setPen(Qt::NoPen);
      for (const MapDot& dot : dots) {
        painter.setBrush(cyclicColor(map.hue, dot.hue));
        painter.drawEllipse(on.center + QPointF(dot.x * on.scale, -dot.y * on.scale), 5.0, 5.0);
      }
    }
    double sum = 0.0;
    int ink = 0;
    for (int y = 0; y < drawn.height(); ++y) {
      for (int x = 0; x < drawn.width(); ++x) {
        ink += difference(drawn.pixelColor(x, y), plot.background()) > 0.0;
        sum += difference(drawn.pixelColor(x, y), stamped.pixelColor(x, y));
      }
    }
    QVERIFY(ink > 3000);
    QVERIFY2(sum / ink < 15.0, qPrintable(QString::number(sum / ink)));  // of 765, the rims included
  }

  void stampsFollowThePixelRatio() {
    const PlotTheme plot = darkMap();
    const RotationMap map = someMap(1, 4);
    const MapPlacement on = placeMap(kArea, plot);
    QImage image((kArea.size() * 2).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(2.0);
    image.fill(plot.background());
    QPainter painter(&image);
    stampDots(painter, on, map, mapDots(map), 4.0);
    painter.end();
    const QPointF place = 2.0 * on.at(map.place(map.samples[0]));
    const QColor color = cyclicColor(map.hue, map.place(map.samples[0]).hue);
    QVERIFY(difference(at(image, place), color) < 12.0);
    QVERIFY(difference(at(image, place + QPointF(7, 0)), color) < 12.0);
    QVERIFY(difference(at(image, place + QPointF(10, 0)), plot.background()) < 3.0);
  }

  void markedSamplesStandOut() {
    for (const int count : {50, 3000}) {  // as vectors and as stamps
      const PlotTheme plot = darkMap();
      RotationMap map = someMap(count, 21);
      const MapPlacement on = placeMap(kArea, plot);
      const QPointF first = on.at(map.place(map.samples[0]));
      const QColor color = cyclicColor(map.hue, map.place(map.samples[0]).hue);
      double full = 0.0, dimmed = 0.0;
      map.marked = {0};
      const QImage image = mapPainted(map, plot);
      QVERIFY(difference(at(image, first), color) < 40.0);
      const QImage before = mapPainted(someMap(count, 21), plot);
      for (const auto& R : map.samples) {
        full += difference(at(before, on.at(map.place(R))), plot.background());
        dimmed += difference(at(image, on.at(map.place(R))), plot.background());
      }
      QVERIFY2(dimmed < 0.5 * full, qPrintable(QString("%1 of %2").arg(dimmed).arg(full)));
    }
  }

  void densityIsColoredByItsValue() {
    const PlotTheme plot = darkMap();
    for (const auto convention : {SphereConvention::kImplicitPdf, SphereConvention::kGenPose}) {
      Random random(6);
      RotationMap map;
      map.convention = convention;
      map.show_equivalents = false;
      const Eigen::Matrix3d center = someRotation(random);
      for (int i = 0; i < 300; ++i) {
        map.samples.push_back(
            center *
            rotation_about(Eigen::Vector3d(random.normal(), random.normal(), random.normal()).normalized(),
                           0.05));
      }
      map.density = mapDensity(map, {});
      const MapPlacement on = placeMap(kArea, plot);
      const QImage image = mapPainted(map, plot);
      const SphereRotation peak = map.place(center);
      // Brightest where the samples are, darkest at the opposite place.
      const QColor there = at(image, on.at(peak) + QPointF(1.5, 1.5));
      QVERIFY2(difference(there, sequentialColor(SequentialMap::kViridis, 1.0)) < 110.0,
               qPrintable(there.name()));
      const double other = peak.longitude > 0 ? peak.longitude - kPi : peak.longitude + kPi;
      const QColor far = at(image, on.at(-peak.latitude, other) + QPointF(1.5, 1.5));
      QVERIFY2(difference(far, sequentialColor(SequentialMap::kViridis, 0.0)) < 110.0,
               qPrintable(far.name()));
      // Outside of the map is background.
      QVERIFY(difference(image.pixelColor(2, 2), plot.background()) < 3.0);
    }
  }

  void densityOfUniformRotationsIsOne() {
    RotationMap map = someMap(40000, 3);
    for (const double radius : {-1.0, 30.0 * kPi / 180.0}) {
      const auto density = mapDensity(map, {4, radius});
      double sum = 0.0;
      for (const double value : density->relative) {
        sum += value;
        QVERIFY(value > 0.7 && value < 1.3);
      }
      QVERIFY(std::abs(sum / static_cast<double>(density->relative.size()) - 1.0) < 1e-9);
    }
    QVERIFY(chosenKernelRadius(50) > chosenKernelRadius(1000));
    QVERIFY(std::abs(chosenKernelRadius(50) - 40.0 * kPi / 180.0) < 1e-12);
  }

  void countsPaintTheirCells() {
    // Without a kernel exactly one cell has color: the sample's.
    const PlotTheme plot = darkMap();
    RotationMap map = someMap(1, 77);
    map.density = mapDensity(map, {6, 0.0});
    const MapPlacement on = placeMap(kArea, plot);
    const QImage image = mapPainted(map, plot);
    const QColor top = sequentialColor(SequentialMap::kViridis, 1.0);
    int bright = 0, inside = 0;
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        inside += on.placeOf(QPointF(x + 0.5, y + 0.5)).allFinite();
        bright += difference(image.pixelColor(x, y), top) < 60.0;
      }
    }
    // Equal areas stay equal on this map; a graticule line may cross the cell.
    const double share = static_cast<double>(bright) / inside * (12 * 6 * 6);
    QVERIFY2(share > 0.7 && share < 1.1, qPrintable(QString::number(share)));
    QVERIFY(difference(at(image, on.at(map.place(map.samples[0])) + QPointF(0.5, 0.5)), top) < 120.0);
  }

  void densityIsExportedWithItsNumbers() {
    MollweideData data;
    static_cast<RotationMap&>(data) = someMap(40, 5);
    data.density = mapDensity(data, {8, 0.5});
    const MollweideFigure figure(std::move(data));
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      const auto first = figureBytes(figure, extension, {});
      const auto second = figureBytes(figure, extension, {});
      QVERIFY(first && second && *first == *second);
      QVERIFY(first->find("DCTDecode") == std::string::npos);
    }
    const Table table = figure.data();
    double sum = 0.0;
    int cells = 0;
    for (const auto& row : table.rows) {
      if (std::get<std::string>(row[0]) == "density cell") {
        sum += std::get<double>(row.back());
        ++cells;
      }
    }
    QCOMPARE(cells, 12 * 8 * 8);
    QVERIFY(std::abs(sum / cells - 1.0) < 1e-9);
  }

  void turningTheObjectMovesTiltZeroWithTheMouse() {
    for (const auto convention : {SphereConvention::kImplicitPdf, SphereConvention::kGenPose}) {
      RotationMap map;
      map.convention = convention;
      // A rotation in the middle of the map with tilt 0.
      const Eigen::Matrix3d R = convention == SphereConvention::kImplicitPdf
                                    ? rotation_about(Eigen::Vector3d::UnitZ(), -0.5 * kPi)
                                    : Eigen::Matrix3d(Eigen::Matrix3d::Identity());
      const SphereRotation start = map.place(R);
      QVERIFY(std::abs(start.latitude) + std::abs(start.longitude) + std::abs(start.tilt) < 1e-9);
      turnCanonical(map, 0.02, 0.0, 0.0);
      QVERIFY(std::abs(map.place(R).longitude - 0.02) < 1e-6 && std::abs(map.place(R).latitude) < 1e-6);
      turnCanonical(map, -0.02, 0.03, 0.0);
      QVERIFY(std::abs(map.place(R).latitude - 0.03) < 1e-3 && std::abs(map.place(R).longitude) < 1e-3);
      turnCanonical(map, 0.0, -0.03, 0.1);
      QVERIFY(std::abs(map.place(R).tilt - 0.1) < 5e-3);
      QVERIFY(map.camera_side.isIdentity());
    }
  }

  void pathsAreDrawnInTheColorsOfTime() {
    const PlotTheme plot = darkMap();
    RotationMap map;
    RotationPath path;
    for (int i = 0; i <= 10; ++i) {
      path.states.push_back(rotation_about(Eigen::Vector3d::UnitZ(), -1.2 + 0.12 * i));
      path.times.push_back(1.0 - 0.1 * i);
    }
    map.paths = std::make_shared<std::vector<RotationPath>>(1, path);
    const QImage image = mapPainted(map, plot);
    const MapPlacement on = placeMap(kArea, plot);
    for (const int i : {1, 4, 8}) {
      const Eigen::Matrix3d middle = rotation_about(Eigen::Vector3d::UnitZ(), -1.2 + 0.12 * (i + 0.5));
      const QColor expected = pathColor(plot, 1.0 - 0.1 * (i + 0.5));
      double nearest = 1e9;
      for (int dy = -1; dy <= 1; ++dy) {
        nearest =
            std::min(nearest, difference(at(image, on.at(map.place(middle)) + QPointF(0, dy)), expected));
      }
      QVERIFY2(nearest < 60.0, qPrintable(QString::number(nearest)));
    }
    // A path over the rim of the map does not cross the map.
    RotationMap over;
    over.paths = std::make_shared<std::vector<RotationPath>>(
        1, RotationPath{0,
                        {rotation_about(Eigen::Vector3d::UnitZ(), 0.5 * kPi - 0.3),
                         rotation_about(Eigen::Vector3d::UnitZ(), 0.5 * kPi + 0.3)},
                        {1.0, 0.0}});
    QVERIFY(std::abs(over.place(over.paths->front().states[0]).longitude) > 2.5);
    const QImage rim = mapPainted(over, plot);
    const QImage empty = mapPainted(RotationMap{}, plot);
    for (int x = 100; x < 400; ++x) {
      QCOMPARE(rim.pixelColor(x, 140), empty.pixelColor(x, 140));
    }
  }
};

ALIDADE_TEST(RotationMapTest)
#include "rotation_map_test.moc"
