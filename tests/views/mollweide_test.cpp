// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QAction>
#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QtTest>

#include "core/base/constants.h"
#include "core/base/random.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/figure_export.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/mollweide/mollweide_canvas.h"
#include "views/mollweide/mollweide_view.h"

using namespace alidade;

namespace {

// Not from <numbers>: moc cannot read that header.

const QRectF kMollweideArea(0, 0, 400, 300);

Eigen::Matrix3d anyRotation(Random& random) {
  return uniform_rotation(random.uniform(), random.uniform(), random.uniform());
}

QImage mollweidePainted(const MollweideFigure& figure, const PlotTheme& theme) {
  QImage image(kMollweideArea.size().toSize(), QImage::Format_RGB32);
  image.fill(Qt::red);
  QPainter painter(&image);
  figure.paint(painter, kMollweideArea, theme);
  return image;
}

bool closeColor(const QColor& a, const QColor& b, int tolerance = 12) {
  return std::abs(a.red() - b.red()) <= tolerance && std::abs(a.green() - b.green()) <= tolerance &&
         std::abs(a.blue() - b.blue()) <= tolerance;
}

MollweideData oneSample(const Eigen::Matrix3d& R) {
  MollweideData data;
  data.samples.push_back(R);
  return data;
}

}  // namespace

class MollweideTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void samplesPaintTheirTiltAtTheirPlace_data() {
    QTest::addColumn<int>("convention");
    QTest::addColumn<int>("map");
    for (int convention = 0; convention < 2; ++convention) {
      for (int map = 0; map < 2; ++map) {
        QTest::addRow("convention %d, map %d", convention, map) << convention << map;
      }
    }
  }

  void samplesPaintTheirTiltAtTheirPlace() {
    QFETCH(int, convention);
    QFETCH(int, map);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const MollweideLayout layout = layoutMollweide(kMollweideArea, plot);
    Random random(11);
    for (int i = 0; i < 30; ++i) {
      const Eigen::Matrix3d R = anyRotation(random);
      MollweideData data = oneSample(R);
      data.convention = static_cast<SphereConvention>(convention);
      data.hue = static_cast<CyclicMap>(map);
      const auto place = rotation_to_sphere(R, data.convention);
      const QPointF at = layout.at(place.latitude, place.longitude);
      const QImage image = mollweidePainted(MollweideFigure(data), plot);
      const QColor seen = image.pixelColor(at.toPoint());
      QVERIFY2(closeColor(seen, cyclicColor(data.hue, place.hue)), qPrintable(seen.name()));
    }
  }

  void ringsAreColoredOutsideAndFilledWithTheBackground() {
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const MollweideLayout layout = layoutMollweide(kMollweideArea, plot);
    Random random(5);
    MollweideData data;
    data.equivalents.push_back(anyRotation(random));
    const auto place = rotation_to_sphere(data.equivalents[0], data.convention);
    const QPointF at = layout.at(place.latitude, place.longitude);
    const QImage with = mollweidePainted(MollweideFigure(data), plot);
    QVERIFY(closeColor(with.pixelColor(at.toPoint()), plot.background(), 2));
    bool found = false;
    for (int dx = 4; dx < 10; ++dx) {
      found = found || closeColor(with.pixelColor((at + QPointF(dx, 0)).toPoint()),
                                  cyclicColor(data.hue, place.hue), 30);
    }
    QVERIFY(found);
    data.show_equivalents = false;
    QVERIFY(with != mollweidePainted(MollweideFigure(data), plot));
  }

  void equivalentsFollowTheSymmetry() {
    Instance truth;
    Random random(8);
    truth.cam_from_obj.R = anyRotation(random);
    PoseEstimate estimate;
    estimate.category = "box";
    truth.symmetry = *named_symmetry("box");
    const auto box = mollweideData(estimate, &truth, {});
    QCOMPARE(box.equivalents.size(), truth.symmetry.finite.size());
    QCOMPARE(box.samples.size(), std::size_t{1});
    truth.symmetry = continuous_symmetry(Eigen::Vector3d::UnitY(), true);
    const auto cylinder = mollweideData(estimate, &truth, {});
    QVERIFY(cylinder.equivalents.empty());
    QCOMPARE(cylinder.orbits.size(), std::size_t{2});
    for (const auto& orbit : cylinder.orbits) {
      for (const auto& R : orbit) {
        QVERIFY(symmetric_rotation_distance(R, truth.cam_from_obj.R, truth.symmetry) < 1e-9);
      }
    }
    truth.symmetry = *named_symmetry("any");
    QVERIFY(mollweideData(estimate, &truth, {}).any_rotation);
  }

  void coincidentRingsShareTheCircle() {
    // Two equivalents that differ by half a turn of tilt alone lie on one another; both colors must be seen.
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    MollweideData data;
    data.equivalents = {Eigen::Matrix3d::Identity(), rotation_about(Eigen::Vector3d::UnitX(), kPi)};
    const MollweideFigure figure(data);
    const QImage image = mollweidePainted(figure, plot);
    const MollweideLayout layout = layoutMollweide(kMollweideArea, plot);
    for (const auto& R : data.equivalents) {
      const auto place = rotation_to_sphere(R, data.convention);
      const QPointF at = layout.at(place.latitude, place.longitude);
      int seen = 0;
      for (int dy = -12; dy <= 12; ++dy) {
        for (int dx = -12; dx <= 12; ++dx) {
          seen += closeColor(image.pixelColor((at + QPointF(dx, dy)).toPoint()),
                             cyclicColor(data.hue, place.hue), 20);
        }
      }
      QVERIFY(seen > 10);
    }
  }

  void turningTheGlobeMovesWhatIsUnderTheMouse() {
    for (const auto convention : {SphereConvention::kImplicitPdf, SphereConvention::kGenPose}) {
      Random random(21);
      MollweideData data = oneSample(anyRotation(random));
      data.convention = convention;
      const auto start = rotation_to_sphere(data.samples[0], convention);
      turnGlobe(data, {start.latitude, start.longitude}, {0.3, -1.2});
      const auto now = rotation_to_sphere(data.camera_side * data.samples[0] * data.canonical, convention);
      QVERIFY(std::abs(now.latitude - 0.3) < 1e-9 && std::abs(now.longitude + 1.2) < 1e-9);
      centerOn(data, Eigen::Matrix3d(data.samples[0]));
      const auto centered =
          rotation_to_sphere(data.camera_side * data.samples[0] * data.canonical, convention);
      QVERIFY(std::abs(centered.latitude) < 1e-9 && std::abs(centered.longitude) < 1e-9);
    }
  }

  void layoutRoundTripsAndKeepsItsPartsApart() {
    const PlotTheme plot = printPlotTheme();
    for (const QRectF& area : {QRectF(0, 0, 238, 170), QRectF(10, 20, 500, 200), QRectF(0, 0, 160, 300)}) {
      const MollweideLayout layout = layoutMollweide(area, plot);
      const auto back = layout.placeOf(layout.at(0.7, -2.1));
      QVERIFY(std::abs(back.x() - 0.7) < 1e-9 && std::abs(back.y() + 2.1) < 1e-9);
      QVERIFY(!layout.placeOf(layout.center + QPointF(0, area.height())).allFinite());
      QVERIFY(!layout.placeOf(layout.wheel_center).allFinite());
      QVERIFY(area.contains(layout.at(0, -kPi)) && area.contains(layout.at(0, kPi)));
    }
  }

  void manySamplesArePaintedAsSprites() {
    Random random(2);
    MollweideData data;
    for (int i = 0; i < 5000; ++i) {
      data.samples.push_back(anyRotation(random));
    }
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const MollweideFigure figure(data);
    const QImage image = mollweidePainted(figure, plot);
    const MollweideLayout layout = layoutMollweide(kMollweideArea, plot);
    int covered = 0;
    for (const auto& sample : data.samples) {
      const auto place = rotation_to_sphere(sample, data.convention);
      covered += !closeColor(image.pixelColor(layout.at(place.latitude, place.longitude).toPoint()),
                             plot.background(), 8);
    }
    QVERIFY2(covered > 4500, qPrintable(QString::number(covered)));
  }

  void csvHoldsPlacesAndErrors() {
    Instance truth;
    truth.cam_from_obj.R = rotation_about({0, 0, 1}, 0.5);
    PoseEstimate estimate;
    estimate.hypotheses.resize(2);
    estimate.hypotheses[1].R = rotation_about({0, 0, 1}, 0.6);
    const Table table = MollweideFigure(mollweideData(estimate, &truth, {})).data();
    QCOMPARE(table.rows.size(), std::size_t{3});
    QCOMPARE(std::get<std::string>(table.rows[2][0]), std::string("ground truth"));
    QVERIFY(std::abs(std::get<double>(table.rows[1][9]) - 0.1 * 180.0 / kPi) < 1e-9);
    const auto place = rotation_to_sphere(estimate.hypotheses[1].R, SphereConvention::kImplicitPdf);
    QVERIFY(std::abs(std::get<double>(table.rows[1][2]) - place.latitude * 180.0 / kPi) < 1e-9);
    QVERIFY(std::holds_alternative<std::monostate>(table.rows[2][9]));
  }

  void everyFormatIsWritten() {
    Random random(3);
    const MollweideFigure figure(oneSample(anyRotation(random)));
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      const auto first = figureBytes(figure, extension, {});
      const auto second = figureBytes(figure, extension, {});
      QVERIFY(first && second && *first == *second);
      QVERIFY(first->find("<text") == std::string::npos && first->find("DCTDecode") == std::string::npos);
    }
  }

  void viewFollowsTheSession() {
    SessionModel session;
    MollweideView view(session);
    view.resize(400, 300);
    auto* card = view.findChild<StateCard*>();
    QSignalSpy asked(&view, &View::actionRequested);
    Q_EMIT card->triggered();
    QCOMPARE(asked.takeFirst()[0].toString(), QString("try-sample"));
    const auto dataset = std::make_shared<test::SmallDataset>(6);
    session.setDataset(dataset);
    Q_EMIT card->triggered();
    QCOMPARE(asked.takeFirst()[0].toString(), QString("infer"));
    QVERIFY(!view.figure());
    session.setResultA(test::smallResult(*dataset, "a"));
    QCOMPARE(view.context(), QString("mug 0 · K = 1"));
    session.setSelection({3, 1});
    QTRY_VERIFY(session.frame());
    QCOMPARE(view.context(), QString("bowl 1 · K = 1"));
    const auto figure = std::dynamic_pointer_cast<const MollweideFigure>(view.figure());
    QVERIFY(figure && figure->source().equivalents.size() == 1);
    QVERIFY(std::abs(*figure->rotationError(0) - 3.0 * kPi / 180.0) < 1e-9);
  }

  void dragTurnsAndStateIsKept() {
    SessionModel session;
    const auto dataset = std::make_shared<test::SmallDataset>(2);
    session.setDataset(dataset);
    session.setResultA(test::smallResult(*dataset, "a"));
    QTRY_VERIFY(session.frame());
    MollweideView view(session);
    view.resize(400, 300);
    view.show();
    auto* canvas = view.findChild<MollweideCanvas*>();
    const auto before = view.saveState();
    QTest::mousePress(canvas, Qt::LeftButton, {}, {200, 120});
    QTest::mouseMove(canvas, {240, 130});
    QTest::mouseRelease(canvas, Qt::LeftButton, {}, {240, 130});
    const auto turned = view.saveState();
    QVERIFY(turned["camera_rotation"] != before["camera_rotation"]);
    view.viewActions()[0]->setChecked(true);
    MollweideView other(session);
    other.restoreState(view.saveState());
    QVERIFY(other.viewActions()[0]->isChecked());
    for (int i = 0; i < 4; ++i) {
      const double kept = other.saveState()["camera_rotation"].toArray()[i].toDouble();
      QVERIFY(std::abs(kept - view.saveState()["camera_rotation"].toArray()[i].toDouble()) < 1e-12);
    }
    other.restoreState({{"camera_rotation", QJsonArray{"x", 2}}});
    QCOMPARE(other.saveState()["camera_rotation"].toArray()[0].toDouble(), 1.0);
  }
};

ALIDADE_TEST(MollweideTest)
#include "mollweide_test.moc"
