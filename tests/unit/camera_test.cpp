// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/camera.h"

#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

class CameraTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void projectionInvertsUnprojection() {
    const PinholeCamera camera{640, 480, 577.5, 575.0, 319.5, 239.25};
    QVERIFY(camera.valid());
    Random random(61);
    for (int i = 0; i < 200; ++i) {
      const double u = random.uniform(-50.0, 700.0), v = random.uniform(-50.0, 500.0),
                   z = random.uniform(0.1, 5.0);
      const Eigen::Vector3d point = camera.unproject(u, v, z);
      ALIDADE_NEAR(point.z(), z, 0.0);
      const auto pixel = camera.project(point);
      QVERIFY(pixel.has_value());
      QVERIFY((*pixel - Eigen::Vector2d(u, v)).norm() < 1e-11);
    }
  }

  void axesFollowOpenCv() {
    const PinholeCamera camera{640, 480, 500.0, 500.0, 320.0, 240.0};
    QCOMPARE(camera.project({0.0, 0.0, 2.0})->x(), 320.0);
    QCOMPARE(camera.project({0.1, 0.0, 1.0})->x(), 370.0);  // x to the right
    QCOMPARE(camera.project({0.0, 0.1, 1.0})->y(), 290.0);  // y down
  }

  void pointsBehindHaveNoPixel() {
    const PinholeCamera camera{640, 480, 500.0, 500.0, 320.0, 240.0};
    QVERIFY(!camera.project({0.0, 0.0, 0.0}).has_value());
    QVERIFY(!camera.project({0.1, 0.1, -1.0}).has_value());
    QVERIFY(!camera.project({0.1, 0.1, 1e-6}).has_value());
    QVERIFY(!PinholeCamera{}.valid());
  }
};

ALIDADE_TEST(CameraTest)
#include "camera_test.moc"
