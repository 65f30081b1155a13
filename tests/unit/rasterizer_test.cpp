// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>
#include <QTest>

#include "core/data/procedural/mesh_builder.h"
#include "core/data/rasterizer.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

PinholeCamera camera() {
  return {200, 160, 180.0, 190.0, 101.3, 77.8};
}

Mesh ball(double radius, int steps) {
  ProfilePiece piece;
  for (int i = 0; i <= steps; ++i) {
    const double angle = std::numbers::pi * (static_cast<double>(i) / steps - 0.5);
    piece.points.emplace_back(i == 0 || i == steps ? 0.0 : radius * std::cos(angle),
                              radius * std::sin(angle));
  }
  MeshBuilder builder;
  builder.revolve({piece}, 2 * steps);
  Eigen::Vector3d size;
  return builder.finish(size);
}

Mesh square(double half) {
  Mesh mesh;
  const auto h = static_cast<float>(half);
  mesh.vertices = {{-h, -h, 0}, {h, -h, 0}, {h, h, 0}, {-h, h, 0}};
  mesh.faces = {{0, 1, 2}, {0, 2, 3}};
  return mesh;
}

}  // namespace

class RasterizerTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void depth_of_a_plane_is_exact();
  void a_plane_through_the_camera_needs_no_clipping();
  void silhouette_of_a_ball_has_the_area_of_its_ellipse();
  void nearer_surfaces_win();
  void shared_edges_have_no_gaps();
  void weights_reproduce_the_point();
};

void RasterizerTest::depth_of_a_plane_is_exact() {
  const Mesh mesh = square(4.0);
  const Rigid3 pose{rotation_about(Eigen::Vector3d(1, 0.4, 0).normalized(), std::numbers::pi + 0.7),
                    {0.1, -0.2, 2.0}};
  Rasterizer raster(camera());
  const RasterItem item{&mesh, pose};
  raster.draw({&item, 1});
  const Eigen::Vector3d normal = pose.R.col(2);
  int seen = 0;
  for (int y = 0; y < 160; ++y) {
    for (int x = 0; x < 200; ++x) {
      const Fragment f = raster.fragment(x, y);
      if (f.item < 0) {
        continue;
      }
      ++seen;
      const Eigen::Vector3d ray = camera().unproject(x, y, 1.0);
      const double expected = normal.dot(pose.t) / normal.dot(ray);
      QVERIFY(std::abs(f.z - expected) < 1e-12 * expected);
      QVERIFY(std::abs(raster.incidence_cosine(x, y) - std::abs(normal.dot(ray.normalized()))) < 1e-9);
    }
  }
  QVERIFY(seen > 20000);
}

void RasterizerTest::a_plane_through_the_camera_needs_no_clipping() {
  // A floor 1 m below the camera that reaches far behind it: every pixel below the horizon sees it.
  const Mesh mesh = square(100.0);
  Eigen::Matrix3d R;
  R << 1, 0, 0, 0, 0, -1, 0, 1, 0;  // its normal +z becomes camera -y (up)
  const Rigid3 pose{R, {0, 1, 0}};
  Rasterizer raster(camera());
  const RasterItem item{&mesh, pose};
  raster.draw({&item, 1});
  for (int y = 0; y < 160; ++y) {
    const double below = (y - camera().cy) / camera().fy;
    for (int x = 0; x < 200; x += 7) {
      const double z = raster.fragment(x, y).z;
      if (below > 0.02) {
        QVERIFY(std::abs(z * below - 1.0) < 1e-9);
      } else if (below < 0.0) {
        QCOMPARE(z, 0.0);
      }
    }
  }
}

void RasterizerTest::silhouette_of_a_ball_has_the_area_of_its_ellipse() {
  const double radius = 0.2, distance = 1.0;
  const Mesh mesh = ball(radius, 90);
  Rasterizer raster({801, 801, 900.0, 900.0, 400.0, 400.0});
  const RasterItem item{&mesh, {Eigen::Matrix3d::Identity(), {0, 0, distance}}};
  raster.draw({&item, 1});
  int count = 0;
  for (int y = 0; y < 801; ++y) {
    for (int x = 0; x < 801; ++x) {
      count += raster.depth(x, y) > 0.0F;
    }
  }
  const double tangent = radius / std::sqrt(distance * distance - radius * radius);
  const double area = std::numbers::pi * 900.0 * 900.0 * tangent * tangent;
  QVERIFY2(std::abs(count / area - 1.0) < 0.003, qPrintable(QString::number(count / area)));
}

void RasterizerTest::nearer_surfaces_win() {
  const Mesh mesh = square(1.0);
  const Eigen::Matrix3d towards = rotation_about(Eigen::Vector3d::UnitX(), std::numbers::pi);
  const RasterItem items[] = {
      {&mesh, {towards, {0, 0, 1.0}}}, {&mesh, {towards, {0, 0, 0.8}}}, {&mesh, {towards, {0, 0, 2.0}}}};
  Rasterizer raster(camera());
  raster.draw(items);
  QCOMPARE(raster.fragment(100, 80).item, 1);
  const RasterItem back{&mesh, {Eigen::Matrix3d::Identity(), {0, 0, 1.0}}};
  raster.draw({&back, 1});
  QCOMPARE(raster.fragment(100, 80).item, -1);
}

void RasterizerTest::shared_edges_have_no_gaps() {
  const Mesh mesh = ball(0.3, 40);
  Rasterizer raster(camera());
  for (int turn = 0; turn < 10; ++turn) {
    const RasterItem item{
        &mesh, {rotation_about(Eigen::Vector3d(0.3, 1, 0.2).normalized(), 0.37 * turn), {0, 0, 1.0}}};
    raster.draw({&item, 1});
    for (int y = 60; y < 100; ++y) {
      for (int x = 80; x < 120; ++x) {
        QVERIFY(raster.depth(x, y) > 0.0F && raster.depth(x, y) < 0.8F);
      }
    }
  }
}

void RasterizerTest::weights_reproduce_the_point() {
  const Mesh mesh = ball(0.3, 12);
  const RasterItem item{&mesh, {rotation_about(Eigen::Vector3d::UnitX(), 0.5), {0.02, 0.01, 1.0}}};
  Rasterizer raster(camera());
  raster.draw({&item, 1});
  for (int x = 85; x < 118; ++x) {
    const Fragment f = raster.fragment(x, 80);
    const Eigen::Vector3d w = raster.barycentric(x, 80);
    QVERIFY(std::abs(w.sum() - 1.0) < 1e-12 && w.minCoeff() > -1e-9);
    Eigen::Vector3d point = Eigen::Vector3d::Zero();
    for (int i = 0; i < 3; ++i) {
      point += w[i] * mesh.vertices[mesh.faces[f.face][i]].cast<double>();
    }
    QVERIFY((point - raster.point_mesh(x, 80)).norm() < 1e-9);
  }
}

ALIDADE_TEST(RasterizerTest)
#include "rasterizer_test.moc"
