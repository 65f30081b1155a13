// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include <malloc.h>

#include <QImage>
#include <QPainter>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/resident_size.h"
#include "tests/views/synthetic_scene.h"
#include "views/base/figure_export.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/scene/scene_figure.h"
#include "views/scene/scene_lines.h"
#include "views/scene/scene_view.h"
#include "views/vtk/gl_probe.h"

namespace alidade {
namespace {

SceneFigureData sceneDataOf(const std::shared_ptr<Frame>& frame, StandardView view) {
  SceneFigureData data;
  data.contents.frame = frame;
  data.contents.result = test::syntheticResult(*frame);
  data.contents.layers.grid = data.contents.layers.frustum = false;
  data.contents.layers.poses.axes = data.contents.layers.poses.labels = false;
  data.view = view;
  return data;
}

QImage scenePainted(const SceneFigure& figure, int width, int height) {
  QImage image(width, height, QImage::Format_RGB32);
  image.fill(Qt::magenta);
  QPainter painter(&image);
  figure.paint(painter, QRectF(0, 0, width, height), screenPlotTheme(theme(ThemeKind::kDark)));
  return image;
}

}  // namespace

class SceneHeadlessTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rendersPointsWithoutADisplay() {
    qunsetenv("DISPLAY");
    qunsetenv("WAYLAND_DISPLAY");
    const auto frame = test::syntheticFrame();
    SceneFigureData data = sceneDataOf(frame, StandardView::kCamera);
    data.contents.layers.poses.boxes = false;
    data.contents.layers.point_size = 4.0;
    const QImage image = scenePainted(SceneFigure(data), 640, 500);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const double height = 500.0 - lineHeightOfLegend(plot);
    // The camera view is the image, fitted: points have the image's colors where the image has them.
    const double scale = std::min(640.0 / 320.0, height / 240.0);
    const QPointF corner(0.5 * (640.0 - 320.0 * scale), 0.5 * (height - 240.0 * scale));
    const QPointF marked = corner + scale * QPointF(84.5, 119.5);
    const QColor seen = image.pixelColor(marked.toPoint());
    QVERIFY2(std::abs(seen.blue() - 200) < 12 && std::abs(seen.green() - 90) < 12, qPrintable(seen.name()));
    const QColor wall = image.pixelColor((corner + scale * QPointF(160.0, 30.0)).toPoint());
    QVERIFY2(std::abs(wall.red() - 90) < 12 && std::abs(wall.blue() - 90) < 12, qPrintable(wall.name()));
    // Seen from above, beside the cloud lies the background.
    data.view = StandardView::kTop;
    QCOMPARE(scenePainted(SceneFigure(data), 640, 500).pixelColor(3, 3), plot.background());
  }

  void vectorsMatchTheRasterCamera() {
    // A point of the cloud lands where the overlay's projection says, for a view with an offset principal
    // point.
    const auto frame = test::syntheticFrame();
    frame->camera.cx = 140.0;
    frame->camera.cy = 130.0;
    frame->depth = ImageF(320, 240, 1, 0.0F);
    for (int v = 60; v < 66; ++v) {
      for (int u = 200; u < 206; ++u) {
        *frame->depth.pixel(u, v) = 0.7F;
        frame->color.pixel(u, v)[0] = 255;
      }
    }
    SceneFigureData data = sceneDataOf(frame, StandardView::kCamera);
    data.contents.layers.poses.boxes = false;
    data.contents.layers.point_size = 6.0;
    Viewpoint view = standardView(*frame, findFloor(*frame), StandardView::kCamera, 640.0 / 480.0);
    view = orbited(view, Floor{}, 0.2, 0.1);
    data.viewpoint = view;
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
    const double height = 500.0 - lineHeightOfLegend(plot);
    const QImage image = scenePainted(SceneFigure(data), 640, 500);
    const OverlayProjection projection{view.camera(640.0, height), view.view_from_cam, {}};
    const auto at = projection.point(frame->camera.unproject(202.5, 62.5, 0.7));
    QVERIFY(at);
    const QColor seen = image.pixelColor(at->toPoint());
    QVERIFY2(seen.red() > 220 && seen.green() < 120, qPrintable(seen.name()));
  }

  void exportsAreEqualByteForByte() {
    const SceneFigure figure(sceneDataOf(test::syntheticFrame(), StandardView::kThreeQuarter));
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      const auto one = figureBytes(figure, extension, {});
      const auto two = figureBytes(figure, extension, {});
      QVERIFY2(one && two, extension);
      QVERIFY2(*one == *two, extension);
    }
  }

  void twentyExportsKeepNoMemory() {
    const SceneFigure figure(sceneDataOf(test::syntheticFrame(), StandardView::kThreeQuarter));
    test::StayingThreads others;
    for (int thread = 0; thread < 12; ++thread) {
      others.add();  // as many arenas as the window has
    }
    mallopt(M_TRIM_THRESHOLD, 1 << 30);  // as network arithmetic asks for
    mallopt(M_TOP_PAD, 64 << 20);
    mallopt(M_MMAP_MAX, 0);
    const auto exported = [&](int step) {
      ExportOptions options;
      options.width_mm = 84.0 + step;  // as the width is stepped
      return bool(figureBytes(figure, ".pdf", options));
    };
    QVERIFY(exported(19) && exported(0));  // the largest: what it needs is kept for the others
    const double before = test::allocatedMegabytes();
    for (int step = 0; step < 20; ++step) {
      others.add();
      QVERIFY(exported(step));
    }
    const double grown = test::allocatedMegabytes() - before;
    // What is freed need not fit what comes next; memory that each export keeps for itself was 700 MB.
    QVERIFY2(grown < 50.0, qPrintable(QString("%1 MB more").arg(grown)));
  }

  void cameraViewProjectsAsTheImageDoes() {
    const auto frame = test::syntheticFrame();
    frame->camera.cx = 150.0;
    for (const double aspect : {0.7, 320.0 / 240.0, 2.4}) {
      const Viewpoint view = standardView(*frame, Floor{}, StandardView::kCamera, aspect);
      const double height = 600.0;
      const double width = height * aspect;
      const PinholeCamera camera = view.camera(width, height);
      const double scale = std::min(width / 320.0, height / 240.0);
      const Eigen::Vector3d point(0.11, -0.07, 0.9);
      const auto in_image = *frame->camera.project(point);
      const auto in_view = *camera.project(view.view_from_cam * point);
      QVERIFY(std::abs(in_view.x() + 0.5 - (0.5 * (width - 320 * scale) + scale * (in_image.x() + 0.5))) <
              1e-6);
      QVERIFY(std::abs(in_view.y() + 0.5 - (0.5 * (height - 240 * scale) + scale * (in_image.y() + 0.5))) <
              1e-6);
    }
  }

  void navigationKeepsItsPromises() {
    const auto frame = test::syntheticFrame();
    const Viewpoint start = standardView(*frame, Floor{}, StandardView::kThreeQuarter, 1.3);
    const auto distance = [](const Viewpoint& v) { return (v.eye_cam() - v.pivot_cam).norm(); };
    const Viewpoint turned = orbited(start, Floor{}, 1.1, 0.2);
    QVERIFY(std::abs(distance(turned) - distance(start)) < 1e-9);
    QVERIFY((turned.view_from_cam * turned.pivot_cam - start.view_from_cam * start.pivot_cam).norm() < 1e-9);
    Viewpoint steep = start;
    for (int i = 0; i < 100; ++i) {
      steep = orbited(steep, Floor{}, 0.0, 0.1);
    }
    const Eigen::Vector3d down = steep.view_from_cam.R.row(1);
    QVERIFY(down.dot(Floor{}.up_cam) < 0.0);  // never upside down
    QVERIFY(std::abs(distance(dollied(start, 0.5)) - 0.5 * distance(start)) < 1e-9);
    QVERIFY(std::abs(distance(dollied(start, 1e9)) - 50.0) < 1e-6);
    const Viewpoint moved = panned(start, 0.1, 0.0);
    const auto before = *start.camera(600, 400).project(start.view_from_cam * start.pivot_cam);
    const auto after = *moved.camera(600, 400).project(moved.view_from_cam * start.pivot_cam);
    QVERIFY(std::abs(before.x() - after.x() - 40.0) < 1e-6);
  }

  void viewpointKeepsItsPlaceOnTheFloor() {
    const Floor one{Eigen::Vector3d(0.0, -0.8, -0.6), {0.0, 0.2, 1.0}, true};
    const Floor two{Eigen::Vector3d(0.6, -0.8, 0.0), {0.1, 0.1, 0.7}, true};
    const Viewpoint before = standardView(*test::syntheticFrame(), one, StandardView::kThreeQuarter, 1.3);
    const Viewpoint after = carriedOver(before, one, two);
    const auto height = [](const Viewpoint& v, const Floor& f) {
      return f.up_cam.dot(v.eye_cam() - f.origin_cam);
    };
    QVERIFY(std::abs(height(before, one) - height(after, two)) < 1e-9);
    QVERIFY((before.view_from_cam * one.origin_cam - after.view_from_cam * two.origin_cam).norm() < 1e-9);
    QVERIFY((before.view_from_cam.R * one.up_cam - after.view_from_cam.R * two.up_cam).norm() < 1e-9);
    QVERIFY((before.view_from_cam * before.pivot_cam - after.view_from_cam * after.pivot_cam).norm() < 1e-9);
    QVERIFY((carriedOver(before, Floor{}, two).view_from_cam.t - before.view_from_cam.t).norm() == 0.0);
  }

  void floorIsFoundOnAPlane() {
    Frame frame;
    frame.camera = {320, 240, 300.0, 300.0, 159.5, 119.5};
    frame.depth = ImageF(320, 240, 1, 0.0F);
    const Eigen::Vector3d normal = Eigen::Vector3d(0.1, -0.8, -0.5).normalized();
    for (int v = 0; v < 240; ++v) {
      for (int u = 0; u < 320; ++u) {
        const double z =
            normal.dot(Eigen::Vector3d(0, 0.3, 1.0)) / normal.dot(frame.camera.unproject(u, v, 1.0));
        *frame.depth.pixel(u, v) = z > 0.0 && z < 5.0 ? static_cast<float>(z) : 0.0F;
      }
    }
    const Floor floor = findFloor(frame);
    QVERIFY(floor.found);
    QVERIFY(std::acos(floor.up_cam.dot(normal)) < 0.5 * std::numbers::pi / 180.0);
    QVERIFY(!findFloor(Frame{}).found);
  }

  void cloudHasBoundedEvenPoints() {
    const auto frame = test::syntheticFrame();
    PointCloud cloud;
    backProject(*frame, 1'000'000, {1, 2, 3}, cloud);
    QCOMPARE(cloud.size(), std::size_t{320 * 240});
    const std::size_t last = cloud.size() - 1;
    const Eigen::Vector3d expected = frame->camera.unproject(319, 239, 1.5);
    QVERIFY(std::abs(cloud.xyz[3 * last] - expected.x()) < 1e-5 &&
            std::abs(cloud.xyz[3 * last + 1] - expected.y()) < 1e-5);
    backProject(*frame, 5000, {1, 2, 3}, cloud);
    QVERIFY(cloud.size() <= 5000 && cloud.size() > 2500);
    frame->color = {};
    backProject(*frame, 5000, {1, 2, 3}, cloud);
    QCOMPARE(cloud.rgb[1], static_cast<unsigned char>(2));
    frame->depth = {};
    backProject(*frame, 5000, {1, 2, 3}, cloud);
    QCOMPARE(cloud.size(), std::size_t{0});
  }

  void dashesCoverTheirShare() {
    const Lines dashes = dashed({{{0, 0, 0}, {1, 0, 0}}}, 0.06, 0.04);
    double length = 0.0;
    for (const auto& [a, b] : dashes) {
      length += (b - a).norm();
      QVERIFY(a.x() >= 0.0 && b.x() <= 1.0 + 1e-12);
    }
    QVERIFY(std::abs(length - 0.6) < 0.05);
    QVERIFY(dashed({{{0, 0, 0}, {1e9, 0, 0}}}, 0.06, 0.04).size() < 1000);
  }

  void viewWithoutGlSaysWhy() {
    QVERIFY(!glProbe().usable);
    QVERIFY(glProbe().problem.contains("OpenGL"));
    SessionModel session;
    SceneView view(session);
    QVERIFY(!view.vtkWidget());
    view.resize(500, 400);
    view.show();
    QVERIFY(!view.grab().isNull());
  }

 private:
  static double lineHeightOfLegend(const PlotTheme& plot) { return 1.35 * plot.small_size + plot.spacing; }
};

}  // namespace alidade

using alidade::SceneHeadlessTest;
ALIDADE_TEST(SceneHeadlessTest)
#include "scene_headless_test.moc"
