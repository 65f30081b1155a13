// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QAction>
#include <QClipboard>
#include <QMenu>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/scene_dataset.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/base/choice_action.h"
#include "views/scene/scene_distance.h"
#include "views/scene/scene_measure.h"
#include "views/scene/scene_twin.h"
#include "views/scene/scene_view.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {

class SceneErrorsGlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    if (!glProbe().usable) {
      QSKIP(qPrintable(glProbe().problem));
    }
  }

  void init() {
    session_ = std::make_unique<SessionModel>();
    view_ = std::make_unique<SceneView>(*session_);
    view_->resize(760, 560);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    session_->setDataset(std::make_shared<test::SceneDataset>());
    QTRY_VERIFY(session_->frame());
    session_->setResultA(test::syntheticResult(*session_->frame()));
    view_->setStandardView(StandardView::kCamera);
  }

  void cleanup() {
    view_.reset();
    session_.reset();
  }

  /// Two clicks on points whose places are known: the wall at 1.5 m, 30 pixels of 1.5 m / 300 apart each way.
  void twoClicksMeasureALength() {
    trigger("measure");
    QVERIFY(view_->measuring());
    const Eigen::Vector3d first(-0.15, -0.5, 1.5), second(0.15, -0.5, 1.5);
    click(first);
    QCOMPARE(view_->contents().measured.size(), std::size_t{1});
    QTest::mouseMove(view_->vtkWidget(), place(second).toPoint());
    click(second);
    QCOMPARE(view_->contents().measured.size(), std::size_t{2});
    const double length = (view_->contents().measured[1] - view_->contents().measured[0]).norm();
    // A click hits a point of the thinned cloud within the tolerance of 0.006 rad at each end.
    QVERIFY2(std::abs(length - 0.3) < 2 * 0.006 * 1.7, qPrintable(QString::number(length)));
    QVERIFY(seen(themeOf(*view_).accent, place(0.5 * (first + second)), 40));
    const int selected = session_->selection().instance.value_or(-1);
    click(session_->frame()->instances[1].cam_from_obj.t);  // begins anew, and selects nothing
    QCOMPARE(view_->contents().measured.size(), std::size_t{1});
    QCOMPARE(session_->selection().instance.value_or(-1), selected);
    QTest::keyClick(view_->vtkWidget(), Qt::Key_Escape);
    QVERIFY(!view_->measuring());
    QVERIFY(view_->contents().measured.empty());
  }

  void twoQuickClicksAreTwoPoints() {
    view_->setMeasuring(true);
    const QPoint at = place({-0.15, -0.5, 1.5}).toPoint();
    const Eigen::Vector3d pivot = view_->viewpoint().pivot_cam;
    QTest::mouseClick(view_->vtkWidget(), Qt::LeftButton, {}, at);
    QTest::mouseDClick(view_->vtkWidget(), Qt::LeftButton, {}, at + QPoint(60, 0));
    QVERIFY(view_->contents().measured.size() >= 1);
    QVERIFY((view_->viewpoint().pivot_cam - pivot).norm() < 1e-12);
  }

  void lengthsAreWritten() {
    QCOMPARE(lengthText(0.1234), QString("123.4 mm"));
    QCOMPARE(lengthText(1.2344), QString("1.234 m"));
  }

  /// Object 7 has a mesh, a cube of 20 cm turned by 2.6 rad; the depth there is that of its center.
  void pointsAreColoredByTheirDistance() {
    choose("point-color", 1);
    QTRY_VERIFY(view_->contents().distances);
    const ImageF& distances = *view_->contents().distances;
    const Instance& cube = session_->frame()->instances[1];
    const Rigid3 obj_from_cam = cube.cam_from_obj.inverse();
    const PinholeCamera& camera = session_->frame()->camera;
    const auto middle = *camera.project(cube.cam_from_obj.t);
    int compared = 0;
    for (int v = -18; v < 18; v += 3) {
      for (int u = -18; u < 18; u += 3) {
        const int x = static_cast<int>(middle.x()) + u, y = static_cast<int>(middle.y()) + v;
        const Eigen::Vector3d p =
            obj_from_cam * camera.unproject(x, y, *session_->frame()->depth.pixel(x, y));
        const Eigen::Array3d beyond = p.array().abs() - 0.1;
        const double exact = beyond.maxCoeff() > 0 ? beyond.max(0.0).matrix().norm() : -beyond.maxCoeff();
        if (exact < view_->contents().layers.distance_range) {
          QVERIFY(std::abs(*distances.pixel(x, y) - exact) < 1e-5);
          ++compared;
        } else {
          QVERIFY(std::isinf(*distances.pixel(x, y)));
        }
      }
    }
    choose("distance-range", 5);  // 10 cm: the middle of the cube is as far from its surface
    QTRY_VERIFY(view_->contents().distances && std::isfinite(*view_->contents().distances->pixel(
                                                   static_cast<int>(middle.x()) + 3,
                                                   static_cast<int>(middle.y()) + 3)));
    const auto scale = distanceScale(view_->contents());
    QVERIFY(scale && scale->label.contains("ground truth"));
    QCOMPARE(scale->high, 100.0);
    // Gray is what lies farther off: the wall.
    only({"points"});
    const QColor gray = themeOf(*view_).muted;
    QVERIFY(seen(gray, place({-0.5, -0.4, 1.5}), 30));
    const QColor near_color = scale->color(100.0, themeOf(*view_).dark);
    QVERIFY(seen(near_color, place(cube.cam_from_obj.t), 60));
    choose("point-color", 0);
    QTRY_VERIFY(!view_->contents().distances);
  }

  void distancesToThePredictionAreOtherOnes() {
    const auto moved = test::syntheticResult(*session_->frame());
    moved->estimates[1].cam_from_obj.t.z() += 0.05;
    session_->setResultA(moved);
    choose("distance-range", 5);
    choose("point-color", 1);
    QTRY_VERIFY(view_->contents().distances);
    const auto truth = view_->contents().distances;
    choose("point-color", 2);
    QTRY_VERIFY(view_->contents().distances && view_->contents().distances != truth);
    QVERIFY(distanceScale(view_->contents())->label.contains("prediction"));
    int different = 0;
    for (std::size_t i = 0; i < truth->data.size(); ++i) {
      different += std::isfinite(truth->data[i]) &&
                   std::abs(truth->data[i] - view_->contents().distances->data[i]) > 0.005;
    }
    QVERIFY(different > 100);
    QVERIFY(view_->figure());
  }

  void viewpointsAreKeptRecalledAndForgotten() {
    view_->setViewpoint(orbited(view_->viewpoint(), Floor{}, 0.7, 0.2));
    const Rigid3 kept = view_->viewpoint().view_from_cam;
    view_->keepViewpoint(2, "from the left & above");
    view_->setStandardView(StandardView::kTop);
    QVERIFY((view_->viewpoint().view_from_cam.R - kept.R).norm() > 0.1);
    QVERIFY(view_->findChild<QAction*>("scene-viewpoint-2")->text().contains("Alt+2"));
    view_->findChild<QAction*>("scene-viewpoint-2")->trigger();
    QVERIFY((view_->viewpoint().view_from_cam.R - kept.R).norm() < 1e-9);
    QVERIFY((view_->viewpoint().view_from_cam.t - kept.t).norm() < 1e-9);
    view_->keepViewpoint(5);
    QVERIFY(view_->keptViewpoint(5));
    QCOMPARE(view_->keptViewpoint(5)->name, QString("Viewpoint 5"));
    view_->recallViewpoint(9);  // there is none
    QVERIFY((view_->viewpoint().view_from_cam.R - kept.R).norm() < 1e-9);
    SceneView other(*session_);
    other.restoreState(view_->saveState());
    QVERIFY(other.keptViewpoint(2));
    QCOMPARE(other.keptViewpoint(2)->name, QString("from the left & above"));
    QVERIFY((other.keptViewpoint(2)->viewpoint.view_from_cam.t - kept.t).norm() < 1e-9);
    view_->forgetViewpoint(2);
    QVERIFY(!view_->keptViewpoint(2));
  }

  void aViewpointIsCopiedAndPasted() {
    view_->setViewpoint(orbited(view_->viewpoint(), Floor{}, -0.5, 0.3));
    const Viewpoint copied = view_->viewpoint();
    trigger("copy-viewpoint");
    QVERIFY(QGuiApplication::clipboard()->text().contains("alidade_viewpoint"));
    view_->setStandardView(StandardView::kTop);
    trigger("paste-viewpoint");
    QVERIFY((view_->viewpoint().view_from_cam.R - copied.view_from_cam.R).norm() < 1e-9);
    QVERIFY((view_->viewpoint().pivot_cam - copied.pivot_cam).norm() < 1e-9);
    QGuiApplication::clipboard()->setText("{\"alidade_viewpoint\": 1, \"pivot_cam_m\": [1e400]}");
    trigger("paste-viewpoint");
    QVERIFY((view_->viewpoint().pivot_cam - copied.pivot_cam).norm() < 1e-9);
  }

  void resultBStandsBesideAThroughTheSameCamera() {
    const auto b = test::syntheticResult(*session_->frame());
    b->name = "other";
    session_->setResultB(b);
    trigger("beside");
    QVERIFY(view_->twin());
    QCOMPARE(view_->twin()->contents().result, session_->resultB());
    QCOMPARE(view_->contents().result, session_->resultA());
    QTRY_VERIFY(std::abs(view_->twin()->vtkWidget().width() - view_->vtkWidget()->width()) <= 1);
    // Dragging in one turns both.
    only({"box", "ground-truth"});
    VtkWidget& right = view_->twin()->vtkWidget();
    const Rigid3 before = view_->viewpoint().view_from_cam;
    QTest::mousePress(&right, Qt::LeftButton, {}, QPoint(100, 200));
    QTest::mouseMove(&right, QPoint(140, 210));
    QTest::mouseMove(&right, QPoint(190, 220));
    QTest::mouseRelease(&right, Qt::LeftButton, {}, QPoint(190, 220));
    QVERIFY((view_->viewpoint().view_from_cam.R - before.R).norm() > 0.1);
    QTest::qWait(50);
    QVERIFY(alike(view_->vtkWidget()->grabFramebuffer(), right.grabFramebuffer()));
    session_->setResultB(nullptr);
    QVERIFY(!view_->twin()->contents().result);
    trigger("beside");
    QVERIFY(!view_->twin());
    QVERIFY(view_->figure());
  }

 private:
  QPointF place(const Eigen::Vector3d& point_cam) const {
    const auto* widget = view_->vtkWidget();
    const OverlayProjection projection{
        view_->viewpoint().camera(widget->width(), widget->height()), view_->viewpoint().view_from_cam, {}};
    return projection.point(point_cam).value_or(QPointF(-1, -1));
  }

  void click(const Eigen::Vector3d& point_cam) {
    QTest::mouseClick(view_->vtkWidget(), Qt::LeftButton, {}, place(point_cam).toPoint());
  }

  void trigger(const QString& id) {
    auto* action = view_->findChild<QAction*>("scene-" + id);
    QVERIFY(action);
    action->trigger();
  }

  void choose(const QString& id, int option) {
    auto* action = dynamic_cast<ChoiceAction*>(view_->findChild<QAction*>("scene-" + id));
    QVERIFY(action);
    action->option(option)->trigger();
  }

  void only(const QStringList& names) {
    for (const char* layer : {"ground-truth", "prediction", "box", "axes", "labels", "points", "meshes",
                              "hypotheses", "grid", "frustum"}) {
      view_->findChild<QAction*>(QString("scene-") + layer)->setChecked(names.contains(layer));
    }
  }

  /// A pixel of `color` near `at`, in what the widget shows with all that stands over it.
  bool seen(const QColor& color, const QPointF& at, int tolerance) {
    QTest::qWait(50);
    const QImage image = view_->vtkWidget()->grab().toImage();
    for (int dy = -4; dy <= 4; ++dy) {
      for (int dx = -4; dx <= 4; ++dx) {
        const QColor c = image.pixelColor(at.toPoint() + QPoint(dx, dy));
        if (std::abs(c.red() - color.red()) + std::abs(c.green() - color.green()) +
                std::abs(c.blue() - color.blue()) <=
            tolerance) {
          return true;
        }
      }
    }
    return false;
  }

  static bool alike(const QImage& a, const QImage& b) {
    const int width = std::min(a.width(), b.width());
    int different = 0;
    for (int y = 0; y < std::min(a.height(), b.height()); ++y) {
      for (int x = 0; x < width; ++x) {
        different += std::abs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y))) > 40;
      }
    }
    return different < 2000;  // lines may lie a pixel aside where the widths differ
  }

  std::unique_ptr<SessionModel> session_;
  std::unique_ptr<SceneView> view_;
};

}  // namespace alidade

using alidade::SceneErrorsGlTest;
ALIDADE_TEST(SceneErrorsGlTest)
#include "scene_errors_gl_test.moc"
