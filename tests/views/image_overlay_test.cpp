// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QImage>
#include <QPainter>
#include <QWheelEvent>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/synthetic_scene.h"
#include "views/base/figure_export.h"
#include "views/base/theme.h"
#include "views/image/image_canvas.h"
#include "views/image/image_figure.h"
#include "views/image/image_rasters.h"
#include "views/image/mask_contour.h"

namespace alidade {
namespace {

ImageFigureData imageDataOf(const std::shared_ptr<Frame>& frame, bool truth, bool prediction) {
  ImageFigureData data;
  data.frame = frame;
  data.result = test::syntheticResult(*frame);
  data.layers.poses = OverlayLayers{truth, prediction, true, false, false, false, false};
  return data;
}

/// The figure at four widget pixels per image pixel.
QImage overlayPainted(const ImageFigure& figure, double scale = 4.0) {
  QImage image(static_cast<int>(320 * scale), static_cast<int>(240 * scale), QImage::Format_RGB32);
  image.fill(Qt::black);
  QPainter painter(&image);
  figure.paintPlaced(painter, QTransform::fromScale(scale, scale), screenPlotTheme(theme(ThemeKind::kDark)),
                     false);
  return image;
}

bool nearColor(const QColor& a, const QColor& b, int tolerance = 60) {
  return std::abs(a.red() - b.red()) < tolerance && std::abs(a.green() - b.green()) < tolerance &&
         std::abs(a.blue() - b.blue()) < tolerance;
}

/// Share of points along the projected edges of a box that have `color`.
double coverage(const QImage& image, const Frame& frame, const OrientedBox& box, const QColor& color,
                double scale = 4.0) {
  const auto corners = box_corners(box);
  int hits = 0;
  int total = 0;
  for (const auto& [a, b] : box_edges()) {
    const auto p = *frame.camera.project(corners[static_cast<std::size_t>(a)]);
    const auto q = *frame.camera.project(corners[static_cast<std::size_t>(b)]);
    for (double t = 0.02; t < 1.0; t += 0.02) {
      const Eigen::Vector2d at = scale * ((1 - t) * p + t * q + Eigen::Vector2d(0.5, 0.5));
      hits += nearColor(image.pixelColor(static_cast<int>(at.x()), static_cast<int>(at.y())), color);
      ++total;
    }
  }
  return static_cast<double>(hits) / total;
}

}  // namespace

class ImageOverlayTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void groundTruthIsSolidOnProjectedEdges() {
    const auto frame = test::syntheticFrame();
    const QImage image = overlayPainted(ImageFigure(imageDataOf(frame, true, false)));
    const QColor green = theme(ThemeKind::kDark).ground_truth;
    for (const Instance& instance : frame->instances) {
      QVERIFY(coverage(image, *frame, instance.box_cam(), green) > 0.97);
    }
  }

  void predictionIsDashedAndAside() {
    const auto frame = test::syntheticFrame();
    const QImage image = overlayPainted(ImageFigure(imageDataOf(frame, false, true)));
    const QColor orange = theme(ThemeKind::kDark).prediction;
    OrientedBox aside = frame->instances[0].box_cam();
    QVERIFY(coverage(image, *frame, aside, orange) < 0.25);
    aside.frame_from_box.t.x() += 0.03;
    const double share = coverage(image, *frame, aside, orange);
    QVERIFY2(share > 0.4 && share < 0.85, qPrintable(QString::number(share)));
  }

  void symmetricPredictionIsDrawnAtItsNearestEquivalent() {
    const auto frame = test::syntheticFrame();
    const auto result = test::syntheticResult(*frame);
    QVERIFY(geodesic_distance(result->estimates[1].cam_from_obj.R, frame->instances[1].cam_from_obj.R) > 1.7);
    const auto poses = drawnPoses(*frame, result.get());
    QCOMPARE(poses.size(), std::size_t{4});
    QVERIFY(poses[3].prediction);
    QVERIFY(geodesic_distance(poses[3].cam_from_obj.R, frame->instances[1].cam_from_obj.R) < 1e-6);
  }

  void linesAreCutAtTheNearPlane() {
    OverlayProjection projection{{320, 240, 300.0, 300.0, 159.5, 119.5}, {}, {}};
    QVERIFY(!projection.line({0, 0, -1}, {0.1, 0, -0.5}));
    QVERIFY(!projection.point({0, 0, -1}));
    // From behind the camera to (0, 0, 1): what is visible runs straight to the principal point.
    const auto line = projection.line({0.5, 0.0, -1.0}, {0.0, 0.0, 1.0});
    QVERIFY(line);
    QCOMPARE(line->p2(), QPointF(160.0, 120.0));
    QVERIFY(line->x1() > 320.0 && line->x1() <= 640.0);  // cut one picture aside of the picture
    QCOMPARE(line->y1(), 120.0);
    const auto whole = projection.line({-0.1, 0.0, 1.0}, {0.1, 0.0, 1.0});
    QCOMPARE(whole->x1(), 130.0);
    QCOMPARE(whole->x2(), 190.0);
    QVERIFY(!projection.line({std::nan(""), 0, 1}, {0, 0, 1}));
  }

  void raysHitTheNearestBox() {
    const auto frame = test::syntheticFrame();
    const auto poses = drawnPoses(*frame, nullptr);
    const OverlayLayers layers;
    for (const Instance& instance : frame->instances) {
      QCOMPARE(instanceOnRay(poses, layers, Eigen::Vector3d::Zero(), instance.cam_from_obj.t).value_or(-1),
               instance.index);
    }
    QVERIFY(!instanceOnRay(poses, layers, Eigen::Vector3d::Zero(), {0, -1, 1}));
    QVERIFY(!instanceOnRay(poses, layers, Eigen::Vector3d::Zero(), -frame->instances[0].cam_from_obj.t));
  }

  void depthLayerShowsItsColors() {
    const auto frame = test::syntheticFrame();
    *frame->depth.pixel(5, 5) = 0.0F;
    ImageFigureData data = imageDataOf(frame, false, false);
    data.layers.depth = true;
    const ImageFigure figure(data);
    const DepthRange range = figure.rasters()->range;
    QVERIFY(range.valid() && range.low <= 0.8 && range.high >= 1.49);
    const QImage image = overlayPainted(figure, 2.0);
    const double place = (1.5 - range.low) / (range.high - range.low);
    QVERIFY(nearColor(image.pixelColor(20, 400), sequentialColor(SequentialMap::kViridis, place), 6));
    QVERIFY(nearColor(image.pixelColor(11, 11), theme(ThemeKind::kDark).window, 6));  // not measured
  }

  void missingLayersLeaveTheOthers() {
    const auto frame = test::syntheticFrame();
    frame->color = {};
    frame->camera = {};
    ImageFigureData data = imageDataOf(frame, true, true);
    data.layers.masks = data.layers.contours = data.layers.nocs = true;
    const ImageFigure figure(data);
    QCOMPARE(figure.rasters()->size, QSize(320, 240));
    const QImage image = overlayPainted(figure);
    QVERIFY(image.pixelColor(4 * 85, 4 * 119).green() > 60);
    frame->depth = {};
    frame->nocs = {};
    frame->visible_masks.clear();
    QImage empty(200, 100, QImage::Format_RGB32);
    QPainter painter(&empty);
    ImageFigure(imageDataOf(frame, true, true)).paint(painter, QRectF(0, 0, 200, 100), printPlotTheme());
  }

  void contoursFollowTheMask() {
    ImageU8 mask(10, 8, 1, 0);
    for (int y = 2; y < 6; ++y) {
      for (int x = 3; x < 8; ++x) {
        *mask.pixel(x, y) = 255;
      }
    }
    *mask.pixel(5, 4) = 0;    // a hole
    *mask.pixel(0, 0) = 255;  // touches the rim
    const auto loops = maskContours(mask);
    QCOMPARE(loops.size(), std::size_t{3});
    QPolygonF outer = loops[1];
    QCOMPARE(outer.boundingRect(), QRectF(3, 2, 5, 4));
    QCOMPARE(loops[0].boundingRect(), QRectF(0, 0, 1, 1));
    QVERIFY(maskContours(ImageU8()).empty());
  }

  void wheelZoomKeepsThePixelUnderTheCursor() {
    ImageCanvas canvas;
    canvas.resize(640, 480);
    canvas.setFigure(std::make_shared<const ImageFigure>(imageDataOf(test::syntheticFrame(), true, true)));
    const QPointF cursor(201.0, 333.0);
    const QPointF before = canvas.placement().imageFromWidget(cursor);
    for (int i = 0; i < 40; ++i) {
      QWheelEvent wheel(cursor, cursor, {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
      QApplication::sendEvent(&canvas, &wheel);
    }
    QVERIFY((canvas.placement().imageFromWidget(cursor) - before).manhattanLength() < 1e-6);
    QCOMPARE(canvas.placement().scale, 96.0);
    const QImage zoomed = canvas.grab().toImage();  // one pixel, with its value written in it
    QVERIFY(!zoomed.isNull());
    canvas.fit();
    QVERIFY(std::abs(canvas.placement().scale - (640.0 - 16.0) / 320.0) < 0.1);
  }

  void clickSelectsByMaskThenByBox() {
    ImageCanvas canvas;
    canvas.resize(640, 480);
    const auto frame = test::syntheticFrame();
    canvas.setFigure(std::make_shared<const ImageFigure>(imageDataOf(frame, true, true)));
    const auto middle = *frame->camera.project(frame->instances[1].cam_from_obj.t);
    QCOMPARE(canvas.instanceAt({middle.x(), middle.y()}).value_or(-1), 7);
    frame->visible_masks.clear();
    QCOMPARE(canvas.instanceAt({middle.x(), middle.y()}).value_or(-1), 7);
    QVERIFY(!canvas.instanceAt({2.0, 2.0}));
    QVERIFY(canvas.readout({85.0, 119.0}).contains("rgb  90  90 200"));
    QVERIFY(canvas.readout({85.0, 119.0}).contains("0.800 m"));
    QVERIFY(canvas.readout({-3.0, 5.0}).isEmpty());
  }

  void exportsAreEqualByteForByte() {
    ImageFigureData data = imageDataOf(test::syntheticFrame(), true, true);
    data.layers.contours = data.layers.depth = true;
    data.selected = 3;
    const ImageFigure figure(data);
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      const auto one = figureBytes(figure, extension, {});
      const auto two = figureBytes(figure, extension, {});
      QVERIFY2(one && two, extension);
      QVERIFY2(*one == *two, extension);
    }
    QCOMPARE(figure.data().rows.size(), std::size_t{4});
    QCOMPARE(figure.data().rows[3].size(), figure.data().columns.size());
  }
};

}  // namespace alidade

using alidade::ImageOverlayTest;
ALIDADE_TEST(ImageOverlayTest)
#include "image_overlay_test.moc"
