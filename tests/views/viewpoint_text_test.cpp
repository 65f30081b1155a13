// SPDX-License-Identifier: BSD-3-Clause
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPainter>
#include <QtTest>

#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"
#include "tests/views/synthetic_scene.h"
#include "views/base/plot.h"
#include "views/base/pose_overlay.h"
#include "views/scene/viewpoint_text.h"

namespace alidade {
namespace {

SavedViewpoint someViewpoint() {
  SavedViewpoint saved;
  saved.name = "left";
  saved.viewpoint.view_from_cam = {rotation_about(Eigen::Vector3d(1, 2, 3).normalized(), 0.8),
                                   {0.1, -0.2, 1.5}};
  saved.viewpoint.vertical_fov = 0.66;
  saved.viewpoint.principal = {0.01, -0.02};
  saved.viewpoint.pivot_cam = {0.3, 0.2, 0.9};
  saved.floor.up_cam = Eigen::Vector3d(0.1, -1.0, 0.2).normalized();
  saved.floor.origin_cam = {0, 0.4, 1.0};
  saved.floor.found = true;
  return saved;
}

/// Where a label's ground was painted: it is nearly opaque.
QRect paintedExtent(const QImage& image) {
  QRect extent;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (qAlpha(image.pixel(x, y)) > 200) {
        extent |= QRect(x, y, 1, 1);
      }
    }
  }
  return extent;
}

}  // namespace

class ViewpointTextTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatIsWrittenIsReadAgain() {
    const SavedViewpoint saved = someViewpoint();
    const auto read = savedViewpointOf(viewpointText(saved));
    QVERIFY(read);
    QCOMPARE(read->name, saved.name);
    QVERIFY((read->viewpoint.view_from_cam.R - saved.viewpoint.view_from_cam.R).norm() < 1e-12);
    QVERIFY((read->viewpoint.view_from_cam.t - saved.viewpoint.view_from_cam.t).norm() < 1e-12);
    QCOMPARE(read->viewpoint.vertical_fov, 0.66);
    QVERIFY((read->viewpoint.principal - saved.viewpoint.principal).norm() < 1e-12);
    QVERIFY((read->viewpoint.pivot_cam - saved.viewpoint.pivot_cam).norm() < 1e-12);
    QVERIFY(read->floor.found && (read->floor.up_cam - saved.floor.up_cam).norm() < 1e-12);
    SavedViewpoint floorless = saved;
    floorless.floor = {};
    QVERIFY(!savedViewpointOf(viewpointText(floorless))->floor.found);
  }

  void hostileTextIsRefused_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("no version") << "alidade_viewpoint" << "0";
    QTest::newRow("short rotation") << "view_from_cam_R" << "[1,0,0,0,1,0,0,0]";
    QTest::newRow("no rotation") << "view_from_cam_R" << "[1,0,0,0,1,0,0,0,0.5]";
    QTest::newRow("mirror") << "view_from_cam_R" << "[1,0,0,0,1,0,0,0,-1]";
    QTest::newRow("words") << "view_from_cam_t_m" << "[\"a\",0,0]";
    QTest::newRow("far") << "pivot_cam_m" << "[1e9,0,0]";
    QTest::newRow("flat") << "vertical_fov_rad" << "0";
    QTest::newRow("wide") << "vertical_fov_rad" << "3.2";
    QTest::newRow("floor") << "floor" << "{\"up_cam\": [0,0,0], \"origin_cam_m\": [0,0,0]}";
  }

  void hostileTextIsRefused() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    QJsonObject json = toJson(someViewpoint());
    const QJsonObject one = QJsonDocument::fromJson(("{\"v\": " + value + "}").toUtf8()).object();
    json[key] = one.value("v");
    QVERIFY(!savedViewpoint(json));
    QVERIFY(!savedViewpointOf(QString::fromUtf8(QJsonDocument(json).toJson())));
  }

  void otherTextIsRefused() {
    QVERIFY(!savedViewpointOf({}));
    QVERIFY(!savedViewpointOf("hello"));
    QVERIFY(!savedViewpointOf("[1, 2]"));
    QVERIFY(!savedViewpointOf(viewpointText(someViewpoint()) + QString(1 << 17, ' ')));
  }

  /// Objects at every rim of a picture: their labels lie inside; those of objects outside are not there.
  void labelsStayInsideAndAreOpaque_data() {
    QTest::addColumn<double>("x");
    QTest::addColumn<double>("y");
    QTest::addColumn<bool>("shown");
    QTest::newRow("middle") << 0.0 << 0.0 << true;
    QTest::newRow("left rim") << -0.52 << 0.0 << true;
    QTest::newRow("right rim") << 0.52 << 0.1 << true;
    QTest::newRow("upper rim") << 0.0 << -0.42 << true;
    QTest::newRow("lower rim") << 0.1 << 0.42 << true;
    QTest::newRow("corner") << 0.52 << 0.42 << true;
    QTest::newRow("outside at the left") << -0.9 << 0.0 << false;
    QTest::newRow("outside below") << 0.0 << 0.9 << false;
  }

  void labelsStayInsideAndAreOpaque() {
    QFETCH(double, x);
    QFETCH(double, y);
    QFETCH(bool, shown);
    const auto frame = test::syntheticFrame();
    frame->instances.resize(1);
    frame->instances[0].category = "a long name of a category";
    frame->instances[0].cam_from_obj.t = {x, y, 1.0};
    OverlayLayers layers;
    layers.axes = false;
    QImage image(320, 240, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setClipRect(QRectF(4, 4, 312, 232));
    for (const OverlayGround ground : {OverlayGround::kPhoto, OverlayGround::kSurface}) {
      paintPoseLabels(painter, screenPlotTheme(theme(ThemeKind::kDark)),
                      poseOverlay(*frame, nullptr, {frame->camera, {}, {}}, layers, 99), layers, ground);
    }
    painter.end();
    const QRect extent = paintedExtent(image);
    QCOMPARE(!extent.isEmpty(), shown);
    if (shown) {
      const double width = textWidth(screenPlotTheme(theme(ThemeKind::kDark)), "a long name of a category 3",
                                     {TextRole::kSmall, std::nullopt, true});
      QVERIFY(QRect(4, 4, 312, 232).contains(extent));
      QVERIFY2(extent.width() >= width, "the label is cut");
    }
  }
};

}  // namespace alidade

using alidade::ViewpointTextTest;
ALIDADE_TEST(ViewpointTextTest)
#include "viewpoint_text_test.moc"
