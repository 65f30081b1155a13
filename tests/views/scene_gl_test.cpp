// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QAction>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/scene_dataset.h"
#include "tests/views/vtk_message_counter.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/scene/scene_view.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

bool nearPixel(const QColor& a, const QColor& b, int tolerance) {
  return std::abs(a.red() - b.red()) <= tolerance && std::abs(a.green() - b.green()) <= tolerance &&
         std::abs(a.blue() - b.blue()) <= tolerance;
}

}  // namespace

class SceneGlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    if (!glProbe().usable) {
      QSKIP(qPrintable(glProbe().problem));
    }
    vtkOutputWindow::SetInstance(counter_);
  }

  void init() {
    session_ = std::make_unique<SessionModel>();
    view_ = std::make_unique<SceneView>(*session_);
    view_->resize(640, 520);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    session_->setDataset(std::make_shared<test::SceneDataset>());
    QTRY_VERIFY(session_->frame());
    session_->setResultA(test::syntheticResult(*session_->frame()));
  }

  void cleanup() {
    view_.reset();
    session_.reset();
    QVERIFY2(counter_->messages.empty(),
             counter_->messages.empty() ? "" : counter_->messages.front().c_str());
  }

  void cleanupTestCase() { vtkOutputWindow::SetInstance(nullptr); }

  void linesLandOnProjectedEdges() {
    view_->setStandardView(StandardView::kCamera);
    session_->selectInstance(7);
    setOnly({"box", "ground-truth"});
    const Instance& instance = session_->frame()->instances[1];
    const QColor green = themeOf(*view_).ground_truth;
    const double solid = coverage(instance.box_cam(), green);
    QVERIFY2(solid > 0.9, qPrintable(QString::number(solid)));
    setOnly({"box", "prediction"});
    const double dashes = coverage(instance.box_cam(), themeOf(*view_).prediction);
    QVERIFY2(dashes > 0.35 && dashes < 0.9, qPrintable(QString::number(dashes)));
  }

  void backgroundIsTheSurface() {
    setOnly({"points"});
    view_->setStandardView(StandardView::kTop);
    QVERIFY(nearPixel(grab().pixelColor(4, grab().height() - 60), themeOf(*view_).surface, 1));
  }

  void clickSelectsAndShiftShowsTheReference() {
    session_->selectInstance(3);
    view_->setStandardView(StandardView::kCamera);
    const QPointF at = place(session_->frame()->instances[1].cam_from_obj.t);
    QCOMPARE(view_->instanceAt(at).value_or(-1), 7);
    QTest::mouseClick(view_->vtkWidget(), Qt::LeftButton, {}, at.toPoint());
    QCOMPARE(session_->selection().instance.value_or(-1), 7);
    QCOMPARE(view_->contents().selected.value_or(-1), 7);
    session_->setResultB(test::syntheticResult(*session_->frame()));
    QCOMPARE(view_->contents().result, session_->resultA());
    session_->setShowReference(true);
    QCOMPARE(view_->contents().result, session_->resultB());
  }

  void viewpointStaysWhenFramesAreStepped() {
    view_->setViewpoint(orbited(view_->viewpoint(), Floor{}, 0.4, 0.1));
    const Rigid3 before = view_->viewpoint().view_from_cam;
    session_->stepFrame(1);
    QTRY_VERIFY(session_->frame() && session_->frame()->index == 1);
    QVERIFY((view_->viewpoint().view_from_cam.R - before.R).norm() < 1e-12);
    view_->findChild<QAction*>("scene-reset")->trigger();
    QVERIFY((view_->viewpoint().view_from_cam.R - before.R).norm() > 1e-3);
  }

  void mouseOrbitsPansAndSetsThePivot() {
    view_->setStandardView(StandardView::kCamera);
    auto* widget = view_->vtkWidget();
    const QPoint on_object = place(session_->frame()->instances[0].cam_from_obj.t).toPoint();
    QTest::mouseDClick(widget, Qt::LeftButton, {}, on_object);
    QVERIFY(std::abs(view_->viewpoint().pivot_cam.z() - 0.8) < 0.02);
    const double distance = (view_->viewpoint().eye_cam() - view_->viewpoint().pivot_cam).norm();
    const Rigid3 before = view_->viewpoint().view_from_cam;
    QTest::mousePress(widget, Qt::LeftButton, {}, QPoint(200, 200));
    QTest::mouseMove(widget, QPoint(240, 210));
    QTest::mouseMove(widget, QPoint(300, 220));
    QTest::mouseRelease(widget, Qt::LeftButton, {}, QPoint(300, 220));
    QVERIFY((view_->viewpoint().view_from_cam.R - before.R).norm() > 0.1);
    QVERIFY(std::abs((view_->viewpoint().eye_cam() - view_->viewpoint().pivot_cam).norm() - distance) < 1e-9);
  }

  void meshesArriveLater() {
    setOnly({"meshes"});
    QTRY_VERIFY(view_->contents().meshes.contains(7));
    QVERIFY(!view_->contents().meshes.contains(3));  // the dataset has none
    view_->setStandardView(StandardView::kCamera);
    const QPointF at = place(session_->frame()->instances[1].cam_from_obj.t);
    QVERIFY(!nearPixel(grab().pixelColor(at.toPoint()), themeOf(*view_).surface, 8));
  }

  void frameWithoutDepthOrCameraStillShows() {
    session_->selectFrame(2);
    QTRY_VERIFY(session_->frame() && session_->frame()->index == 2);
    QVERIFY(!grab().isNull());
    QVERIFY(view_->figure());
  }

 private:
  QImage grab() {
    QTest::qWait(30);
    return view_->vtkWidget()->grabFramebuffer();
  }

  QPointF place(const Eigen::Vector3d& point_cam) const {
    const auto* widget = view_->vtkWidget();
    const OverlayProjection projection{
        view_->viewpoint().camera(widget->width(), widget->height()), view_->viewpoint().view_from_cam, {}};
    return projection.point(point_cam).value_or(QPointF(-1, -1));
  }

  void setOnly(const QStringList& names) {
    for (QAction* action : view_->viewActions()) {
      if (action->isCheckable()) {
        action->setChecked(names.contains(action->objectName().mid(6)));
      }
    }
  }

  /// Share of points along the projected edges with a pixel of `color` at most one pixel away.
  double coverage(const OrientedBox& box, const QColor& color) {
    const QImage image = grab();
    const auto corners = box_corners(box);
    int hits = 0;
    int total = 0;
    for (const auto& [a, b] : box_edges()) {
      for (double t = 0.02; t < 1.0; t += 0.02) {
        const QPointF at =
            place((1 - t) * corners[static_cast<std::size_t>(a)] + t * corners[static_cast<std::size_t>(b)]);
        bool hit = false;
        for (int dy = -1; dy <= 1; ++dy) {
          for (int dx = -1; dx <= 1; ++dx) {
            hit = hit || nearPixel(image.pixelColor(qRound(at.x() - 0.5) + dx, qRound(at.y() - 0.5) + dy),
                                   color, 70);
          }
        }
        hits += hit;
        ++total;
      }
    }
    return static_cast<double>(hits) / total;
  }

  vtkNew<test::VtkMessageCounter> counter_;
  std::unique_ptr<SessionModel> session_;
  std::unique_ptr<SceneView> view_;
};

}  // namespace alidade

using alidade::SceneGlTest;
ALIDADE_TEST(SceneGlTest)
#include "scene_gl_test.moc"
