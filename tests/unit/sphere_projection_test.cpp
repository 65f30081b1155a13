// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/sphere_projection.h"

#include <cmath>
#include <numbers>

#include "core/base/constants.h"
#include "core/geometry/rotation.h"
#include "tests/unit/geometry_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

double angle_difference(double a, double b) {
  return std::abs(std::remainder(a - b, 2.0 * kPi));
}

}  // namespace

class SphereProjectionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void mollweideMatchesTheOracle() {
    const FixtureRows rows = fixture_rows("so3_view/mollweide.npy");
    QVERIFY(rows.rows > 0);
    for (std::size_t i = 0; i < rows.rows; ++i) {
      ALIDADE_NEAR(mollweide_auxiliary_angle(rows.at(i, 0)), rows.at(i, 2), 1e-12);
      const Eigen::Vector2d xy = mollweide(rows.at(i, 0), rows.at(i, 1));
      ALIDADE_NEAR(xy.x(), rows.at(i, 3), 1e-12);
      ALIDADE_NEAR(xy.y(), rows.at(i, 4), 1e-12);
    }
  }

  void auxiliaryAngleSolvesItsEquation() {
    Random random(41);
    for (int i = 0; i < 2000; ++i) {
      const double latitude =
          i % 2 == 0 ? random.uniform(-kPi / 2.0, kPi / 2.0)
                     : (kPi / 2.0 - std::pow(10.0, random.uniform(-12.0, 0.0))) * (i % 4 == 1 ? 1.0 : -1.0);
      const double theta = mollweide_auxiliary_angle(latitude);
      ALIDADE_NEAR(2.0 * theta + std::sin(2.0 * theta), kPi * std::sin(latitude), 2e-15);
      ALIDADE_NEAR(mollweide_auxiliary_angle(-latitude), -theta, 0.0);
    }
    QCOMPARE(mollweide_auxiliary_angle(0.0), 0.0);
    ALIDADE_NEAR(mollweide_auxiliary_angle(kPi / 2.0), kPi / 2.0, 1e-10);
    ALIDADE_NEAR(mollweide_auxiliary_angle(2.0), kPi / 2.0, 1e-10);
  }

  void mollweideKeepsAreas() {
    // |d(x, y) / d(lat, lon)| = cos(lat) on the unit sphere, by central differences.
    Random random(42);
    const double h = 1e-5;
    for (int i = 0; i < 200; ++i) {
      const double lat = random.uniform(-1.4, 1.4), lon = random.uniform(-3.0, 3.0);
      const Eigen::Vector2d by_lat = (mollweide(lat + h, lon) - mollweide(lat - h, lon)) / (2.0 * h);
      const Eigen::Vector2d by_lon = (mollweide(lat, lon + h) - mollweide(lat, lon - h)) / (2.0 * h);
      ALIDADE_NEAR(by_lon.x() * by_lat.y() - by_lon.y() * by_lat.x(), std::cos(lat), 1e-8);
    }
  }

  void inverseRoundTrips() {
    Random random(43);
    for (int i = 0; i < 500; ++i) {
      const double lat = random.uniform(-kPi / 2.0, kPi / 2.0), lon = random.uniform(-kPi, kPi);
      const Eigen::Vector2d back = mollweide_inverse(mollweide(lat, lon));
      ALIDADE_NEAR(back.x(), lat, 1e-10);
      ALIDADE_NEAR(back.y(), lon, 1e-9);
    }
    for (const double lat : {-1.0, -0.3, 0.0, 0.5, 1.2}) {
      ALIDADE_NEAR(mollweide_inverse(mollweide(lat, kPi)).y(), kPi, 1e-9);
      ALIDADE_NEAR(mollweide_inverse(mollweide(lat, -kPi)).y(), -kPi, 1e-9);
    }
    const Eigen::Vector2d pole = mollweide_inverse({0.0, std::numbers::sqrt2});
    ALIDADE_NEAR(pole.x(), kPi / 2.0, 1e-9);
    QVERIFY(std::isfinite(pole.y()));
    QVERIFY(mollweide_inverse({2.9, 0.0}).array().isNaN().all());
    QVERIFY(mollweide_inverse({2.0, 1.2}).array().isNaN().all());
    QVERIFY(mollweide_inverse({0.0, -1.5}).array().isNaN().all());
  }

  void rotationsMatchTheOracle_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("convention");
    QTest::newRow("implicit-pdf") << "ipdf_lat_lon_roll_hue.npy" << int(SphereConvention::kImplicitPdf);
    QTest::newRow("GenPose") << "genpose_lat_lon_roll_hue.npy" << int(SphereConvention::kGenPose);
  }

  void rotationsMatchTheOracle() {
    QFETCH(QString, file);
    QFETCH(int, convention);
    const FixtureRows rotations = fixture_rows("so3_view/rotations.npy");
    const FixtureRows expected = fixture_rows("so3_view/" + file.toStdString());
    QVERIFY(rotations.rows > 0);
    QCOMPARE(expected.rows, rotations.rows);
    for (std::size_t i = 0; i < rotations.rows; ++i) {
      const SphereRotation point = rotation_to_sphere(rotations.matrix3(i), SphereConvention(convention));
      // The reference takes the arc sine, which loses half the digits at the poles.
      ALIDADE_NEAR(point.latitude, expected.at(i, 0), 1e-9);
      if (std::abs(expected.at(i, 0)) > kPi / 2.0 - 1e-8) {
        QVERIFY(std::isfinite(point.longitude) && std::isfinite(point.tilt));
        continue;
      }
      QVERIFY(angle_difference(point.longitude, expected.at(i, 1)) < 1e-9);
      QVERIFY(angle_difference(point.tilt, expected.at(i, 2)) < 1e-9);
      QVERIFY(angle_difference(2.0 * kPi * point.hue, 2.0 * kPi * expected.at(i, 3)) < 1e-9);
    }
  }

  void anglesGiveTheRotationBack() {
    const Eigen::Vector3d x = Eigen::Vector3d::UnitX(), y = Eigen::Vector3d::UnitY(),
                          z = Eigen::Vector3d::UnitZ();
    Random random(44);
    for (int i = 0; i < 200; ++i) {
      // Every second rotation looks at a pole, where longitude and roll are one angle.
      const double tilt = random.uniform(-kPi, kPi);
      Eigen::Matrix3d R = random_rotation(random);
      if (i % 2 == 1) {
        const double pole = i % 4 == 1 ? kPi / 2.0 : -kPi / 2.0;
        R = i % 8 < 4 ? Eigen::Matrix3d(rotation_about(z, tilt) * rotation_about(x, pole))
                      : Eigen::Matrix3d(rotation_about(y, pole) * rotation_about(x, tilt));
      }
      const SphereRotation g = rotation_to_sphere(R, SphereConvention::kGenPose);
      QVERIFY((rotation_about(z, g.tilt) * rotation_about(x, g.latitude) * rotation_about(y, g.longitude) - R)
                  .norm() < 1e-11);
      const SphereRotation p = rotation_to_sphere(R, SphereConvention::kImplicitPdf);
      const double yaw = p.longitude - kPi / 2.0;
      QVERIFY(
          (rotation_about(z, yaw) * rotation_about(y, -p.latitude) * rotation_about(x, p.tilt) - R).norm() <
          1e-11);
      for (const SphereRotation& s : {g, p}) {
        QVERIFY(s.longitude > -kPi && s.longitude <= kPi);
        QVERIFY(s.hue >= 0.0 && s.hue <= 1.0);
      }
    }
  }
};

ALIDADE_TEST(SphereProjectionTest)
#include "sphere_projection_test.moc"
