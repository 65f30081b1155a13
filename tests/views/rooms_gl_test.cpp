// SPDX-License-Identifier: BSD-3-Clause
// Rooms in space: pixels at places that can be computed, and what mouse and sliders do.
#include <algorithm>
#include <cmath>

#include <QAction>
#include <QMenu>
#include <QSlider>
#include <QWheelEvent>
#include <QtTest>

#include <vtkNew.h>

#include "core/data/scene_dataset.h"
#include "tests/support/small_rooms.h"
#include "tests/support/test_registry.h"
#include "tests/views/vtk_message_counter.h"
#include "views/base/offset_pick_model.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/rooms/room_hud.h"
#include "views/rooms/room_lines.h"
#include "views/rooms/rooms_view.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

bool nearColor(const QColor& a, const QColor& b, int tolerance) {
  return std::abs(a.red() - b.red()) <= tolerance && std::abs(a.green() - b.green()) <= tolerance &&
         std::abs(a.blue() - b.blue()) <= tolerance;
}

}  // namespace

class RoomsGlTest : public QObject {
  Q_OBJECT

  std::unique_ptr<SessionModel> session_;
  std::unique_ptr<RoomsView> view_;
  vtkNew<test::VtkMessageCounter> counter_;

  /// Where a place in the room is in the picture, logical pixels.
  QPointF place(const Eigen::Vector3d& at) const {
    const VtkWidget& widget = *view_->vtkWidget();
    const Eigen::Vector3d seen = view_->camera().viewFromRoom() * at;
    const auto pixel = view_->camera().intrinsics(widget.width(), widget.height()).project(seen);
    return pixel ? QPointF(pixel->x() + 0.5, pixel->y() + 0.5) : QPointF(-1, -1);
  }
  QImage grab() const { return view_->vtkWidget()->grabFramebuffer(); }
  /// Share of places along the edges that have the color, or a neighbor that has it.
  double coverage(const UprightBox& box, const QColor& color) const {
    const QImage picture = grab();
    int hits = 0, all = 0;
    for (const auto& [a, b] : boxEdges(box)) {
      for (double t = 0.05; t < 1.0; t += 0.05) {
        const QPointF at = place(a + t * (b - a));
        bool hit = false;
        for (int dx = -1; dx <= 1; ++dx) {
          for (int dy = -1; dy <= 1; ++dy) {
            const QPoint pixel(static_cast<int>(at.x()) + dx, static_cast<int>(at.y()) + dy);
            hit = hit || (picture.rect().contains(pixel) && nearColor(picture.pixelColor(pixel), color, 60));
          }
        }
        hits += hit ? 1 : 0;
        ++all;
      }
    }
    return static_cast<double>(hits) / all;
  }
  /// Whether one of the pixels around a place in the room has the color.
  bool aroundHas(const Eigen::Vector3d& at, const QColor& color) const {
    const QImage picture = grab();
    const QPoint middle = place(at).toPoint();
    for (int dx = -2; dx <= 2; ++dx) {
      for (int dy = -2; dy <= 2; ++dy) {
        if (nearColor(picture.pixelColor(middle + QPoint(dx, dy)), color, 60)) {
          return true;
        }
      }
    }
    return false;
  }
  void setOnly(const QStringList& layers) {
    for (const char* id : {"truth", "detections", "labels", "points"}) {
      view_->findChild<QAction*>(QStringLiteral("rooms-") + id)->setChecked(layers.contains(id));
    }
  }
  void open(std::shared_ptr<const PointSceneSet> rooms) {
    session_->setDataset(*scene_dataset(std::move(rooms), {}));
    QTRY_VERIFY(view_->contents().cloud != nullptr);
  }

 private Q_SLOTS:
  void initTestCase() {
    if (!glProbe().usable) {
      QSKIP(qPrintable(glProbe().problem));
    }
    vtkOutputWindow::SetInstance(counter_);
  }
  void init() {
    session_ = std::make_unique<SessionModel>();
    view_ = std::make_unique<RoomsView>(*session_);
    view_->resize(640, 560);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    open(std::make_shared<test::SmallRooms>());
  }
  void cleanup() {
    view_.reset();
    session_.reset();
    QVERIFY2(counter_->messages.empty(),
             counter_->messages.empty() ? "" : counter_->messages.front().c_str());
  }
  void cleanupTestCase() { vtkOutputWindow::SetInstance(nullptr); }

  void boxesLieOnTheirEdges() {
    setOnly({"truth"});
    const auto truth = test::SmallRooms::truth();
    for (const SceneBox& box : truth) {
      const double solid = coverage(box.box, themeOf(*view_).ground_truth);
      QVERIFY2(solid > 0.9, qPrintable(QString::number(solid)));
    }
    const auto detections = test::smallDetections();
    session_->chooseRun(Run::kA, session_->addRun("found", detections));
    setOnly({"detections"});
    const auto& found = detections->scenes[0].boxes;
    double dashes = 0.0;
    QTRY_VERIFY2((dashes = coverage(found[0].box, themeOf(*view_).prediction)) > 0.4 && dashes < 0.93,
                 qPrintable(QString::number(dashes)));
  }

  void theCutTakesTheCeilingAway() {
    setOnly({"points"});
    for (int i = 0; i < 10; ++i) {
      view_->findChild<QAction*>("rooms-larger-points")->trigger();  // no gaps between them
    }
    view_->setSide(RoomSide::kTop);
    const QPoint table = place({1.0, 1.0, 0.8}).toPoint();
    view_->setCut(1.0);
    QVERIFY(nearColor(grab().pixelColor(table), QColor(255, 255, 255), 8));
    auto* cut = view_->findChild<QSlider*>("rooms-cut");
    cut->setValue(60);
    QCOMPARE(view_->contents().layers.cut, 0.6);
    QVERIFY(nearColor(grab().pixelColor(table), QColor(230, 26, 26), 12));
    QVERIFY(nearColor(grab().pixelColor(place({-1.5, 1.5, 0.0}).toPoint()), QColor(102, 102, 102), 8));
    cut->setValue(25);  // below the table's top
    QVERIFY(nearColor(grab().pixelColor(table), QColor(102, 102, 102), 8));
  }

  void fromAboveXIsToTheRightAndYUp() {
    view_->findChild<QAction*>("rooms-top")->trigger();
    const QPointF middle = place({0, 0, 1}), right = place({1, 0, 1}), up = place({0, 1, 1});
    QVERIFY(right.x() > middle.x() + 20 && std::abs(right.y() - middle.y()) < 1.0);
    QVERIFY(up.y() < middle.y() - 20 && std::abs(up.x() - middle.x()) < 1.0);
    for (const double x : {-2.0, 2.0}) {
      for (const double y : {-2.0, 2.0}) {
        QVERIFY(QRectF(view_->vtkWidget()->rect()).contains(place({x, y, 0.0})));
      }
    }
  }

  void theScoreChoosesDetections() {
    session_->chooseRun(Run::kA, session_->addRun("found", test::smallDetections()));
    auto* score = view_->findChild<QSlider*>("rooms-score");
    QVERIFY(score->isEnabled());
    score->setValue(30);
    QCOMPARE(shownBoxes(view_->contents()).size(), std::size_t{4});
    score->setValue(50);
    QCOMPARE(shownBoxes(view_->contents()).size(), std::size_t{3});
    QVERIFY2(view_->hud()->note().contains("1 of 2 found"), qPrintable(view_->hud()->note()));
    setOnly({"detections"});
    const double gone = coverage(test::smallDetections()->scenes[0].boxes[1].box, themeOf(*view_).prediction);
    QVERIFY2(gone < 0.1, qPrintable(QString::number(gone)));
  }

  void classesAreFiltered() {
    session_->chooseRun(Run::kA, session_->addRun("found", test::smallDetections()));
    auto* classes = view_->findChild<QAction*>("rooms-classes");
    QCOMPARE(classes->iconText().left(7), QString("Classes"));
    view_->findChild<QAction*>("rooms-class-chair")->setChecked(false);
    QTRY_VERIFY(classes->iconText().contains("1 of 2"));
    const auto boxes = shownBoxes(view_->contents());
    QVERIFY(std::all_of(boxes.begin(), boxes.end(), [](const RoomBox& b) { return b.category == "table"; }));
    view_->findChild<QAction*>("rooms-all-classes")->trigger();
    QCOMPARE(shownBoxes(view_->contents()).size(), std::size_t{4});
  }

  void aClickSelectsWhatLiesUnderIt() {
    QTest::mouseClick(view_->vtkWidget(), Qt::LeftButton, {}, place({-1.0, -1.0, 0.5}).toPoint());
    QCOMPARE(session_->selection().instance.value_or(-1), 1);
    session_->chooseRun(Run::kA, session_->addRun("found", test::smallDetections()));
    setOnly({"detections"});
    QTest::mouseClick(view_->vtkWidget(), Qt::LeftButton, {}, place({1.1, 1.0, 0.4}).toPoint());
    QCOMPARE(session_->selection().instance.value_or(-1), 0);
    const auto box = view_->boxAt(place({1.1, 1.0, 0.4}));
    QVERIFY(box && box->detection && box->category == "table" && std::abs(box->iou - 0.9 / 1.1) < 1e-3);
  }

  void dragsOrbitAndPanAndWheelsComeNearer() {
    auto* widget = view_->vtkWidget();
    const RoomCamera before = view_->camera();
    QTest::mousePress(widget, Qt::LeftButton, {}, QPoint(200, 200));
    QTest::mouseMove(widget, QPoint(240, 200));
    QTest::mouseMove(widget, QPoint(300, 230));
    QTest::mouseRelease(widget, Qt::LeftButton, {}, QPoint(300, 230));
    QVERIFY(view_->camera().azimuth != before.azimuth && view_->camera().elevation > before.elevation);
    QCOMPARE(view_->camera().target, before.target);
    QTest::mousePress(widget, Qt::RightButton, {}, QPoint(200, 200));
    QTest::mouseMove(widget, QPoint(240, 200));
    QTest::mouseMove(widget, QPoint(300, 200));
    QTest::mouseRelease(widget, Qt::RightButton, {}, QPoint(300, 200));
    QVERIFY((view_->camera().target - before.target).norm() > 0.1);
    QVERIFY(!session_->selection().instance || session_->selection().instance == 0);
    const double distance = view_->camera().distance;
    QWheelEvent wheel(QPointF(200, 200), widget->mapToGlobal(QPointF(200, 200)), {}, QPoint(0, 120), {}, {},
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(widget, &wheel);
    QVERIFY(view_->camera().distance < distance);
  }

  void largeCloudsAreThinnedWhileTheyMove() {
    open(std::make_shared<test::SmallRooms>(1, 400000));
    QTRY_VERIFY(view_->contents().cloud && view_->contents().cloud->size() > 390000);
    QTRY_VERIFY(!view_->isMoving());
    view_->setCut(1.0);
    QTRY_VERIFY(!view_->isMoving());
    QVERIFY(view_->drawnPoints() > 390000);
    view_->setCamera(view_->camera().orbited(0.1, 0.0));
    QVERIFY(view_->isMoving() && view_->drawnPoints() <= 50000);
    QVERIFY(view_->hud()->note().contains(" of "));
    QTRY_VERIFY(view_->drawnPoints() > 390000);
  }

  void referenceAndScenesAreFollowed() {
    const RunId a = session_->addRun("a", test::smallDetections()),
                b = session_->addRun("b", test::smallDetections());
    session_->chooseRun(Run::kA, a);
    session_->chooseRun(Run::kB, b);
    QCOMPARE(view_->contents().result, session_->runs().get<DetectionResult>(a));
    session_->setShowReference(true);
    QCOMPARE(view_->contents().result, session_->runs().get<DetectionResult>(b));
    session_->setShowReference(false);
    session_->swapResults();
    QCOMPARE(view_->contents().result, session_->runs().get<DetectionResult>(b));
    QCOMPARE(session_->resultName(Run::kA), QString("b"));
    session_->selectFrame(2);
    QTRY_COMPARE(view_->contents().scene, std::size_t{2});
    QVERIFY2(view_->hud()->note().contains("not searched"), qPrintable(view_->hud()->note()));
    session_->setDataset(nullptr);
    QVERIFY(!view_->contents().cloud && !view_->showsFigure());
  }

  void litPairsAreDrawn() {
    setOnly({});
    view_->setSide(RoomSide::kTop);
    auto pairs = std::make_shared<std::vector<RoomPair>>();
    pairs->push_back({{-1.0F, 0.0F, 1.0F}, {1.0F, 0.0F, 1.0F}});
    view_->setLit(pairs);
    QVERIFY(aroundHas({0.3, 0.0, 1.0}, themeOf(*view_).accent));
    session_->model<OffsetPickModel>().setPick(OffsetPick{"conv", "", {1, 0, 0}, 0.25, ""});
    QTRY_VERIFY(!view_->litText().isEmpty());
    // The floor and the ceiling have 16 x 16 voxels, each with 15 x 16 neighbors along x.
    QVERIFY2(view_->litText().startsWith("5") || view_->litText().startsWith("4"),
             qPrintable(view_->litText()));
    QVERIFY(view_->contents().lit && view_->contents().lit->size() > 400);
    session_->model<OffsetPickModel>().setPick(std::nullopt);
    QVERIFY(!view_->contents().lit);
    view_->setLit(nullptr);
    QVERIFY(!aroundHas({0.3, 0.0, 1.0}, themeOf(*view_).accent));
  }

  void stateComesBack() {
    view_->setLeastScore(0.55);
    view_->setCut(0.5);
    view_->setClassShown(QStringLiteral("chair"), false);
    view_->setSide(RoomSide::kTop);
    const QJsonObject state = view_->saveState();
    RoomsView other(*session_);
    other.restoreState(state);
    QCOMPARE(other.saveState().value("score"), state.value("score"));
    QCOMPARE(other.saveState().value("hidden"), state.value("hidden"));
    QTRY_VERIFY(other.contents().cloud != nullptr);
    QVERIFY(std::abs(other.camera().elevation - view_->camera().elevation) < 1e-9);
    other.restoreState({{"camera", "upside down"}, {"hidden", 3}, {"cut", -7}, {"score", "high"}});
    QVERIFY(other.contents().layers.cut > 0.0);
  }

  void scenesThatCannotBeReadAreNamed() {
    open(std::make_shared<test::SmallRooms>(3, 20000, true));
    session_->selectFrame(2);
    QTRY_VERIFY(!view_->contents().cloud);
    session_->selectFrame(0);
    QTRY_VERIFY(view_->contents().cloud != nullptr);
  }
};

}  // namespace alidade

using alidade::RoomsGlTest;
ALIDADE_TEST(RoomsGlTest)
#include "rooms_gl_test.moc"
