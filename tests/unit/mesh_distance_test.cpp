// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>
#include <random>

#include <QTest>

#include "core/data/mesh_distance.h"
#include "core/data/procedural/mesh_builder.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

constexpr double kDistanceBoundless = std::numeric_limits<double>::infinity();

/// A cube of side 2 about the origin, each face cut into `cuts` x `cuts` squares.
Mesh cutCube(int cuts) {
  Mesh mesh;
  for (int side = 0; side < 6; ++side) {
    const int axis = side / 2;
    const float level = side % 2 ? 1.0F : -1.0F;
    const auto first = static_cast<std::uint32_t>(mesh.vertices.size());
    const auto row = static_cast<std::uint32_t>(cuts + 1);
    for (int i = 0; i <= cuts; ++i) {
      for (int j = 0; j <= cuts; ++j) {
        Eigen::Vector3f vertex;
        vertex[axis] = level;
        vertex[(axis + 1) % 3] = -1.0F + 2.0F * static_cast<float>(i) / static_cast<float>(cuts);
        vertex[(axis + 2) % 3] = -1.0F + 2.0F * static_cast<float>(j) / static_cast<float>(cuts);
        mesh.vertices.push_back(vertex);
      }
    }
    for (std::uint32_t i = 0; i + 1 < row; ++i) {
      for (std::uint32_t j = 0; j + 1 < row; ++j) {
        const std::uint32_t at = first + i * row + j;
        mesh.faces.push_back({at, at + 1, at + row});
        mesh.faces.push_back({at + 1, at + row + 1, at + row});
      }
    }
  }
  return mesh;
}

/// To the surface of that cube.
double exactCubeDistance(const Eigen::Vector3d& p) {
  const Eigen::Array3d outside = (p.array().abs() - 1.0).max(0.0);
  const double beyond = outside.matrix().norm();
  return beyond > 0.0 ? beyond : (1.0 - p.array().abs()).minCoeff();
}

}  // namespace

class MeshDistanceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_cube_from_everywhere_data() {
    QTest::addColumn<int>("cuts");
    QTest::newRow("12 faces") << 1;
    QTest::newRow("9600 faces") << 40;
  }

  void a_cube_from_everywhere() {
    QFETCH(int, cuts);
    const MeshDistance tree(cutCube(cuts));
    QVERIFY(std::abs(tree.distance({3, 0.2, -0.4}) - 2.0) < 1e-9);                // a face
    QVERIFY(std::abs(tree.distance({2, 2, 0.3}) - std::sqrt(2.0)) < 1e-9);        // an edge
    QVERIFY(std::abs(tree.distance({2, 3, -3}) - 3.0) < 1e-9);                    // a corner
    QVERIFY(std::abs(tree.distance({0.4, -0.9, 0.1}) - 0.1) < 1e-9);              // from inside
    std::mt19937 random(7);
    std::uniform_real_distribution<double> uniform(-3.0, 3.0);
    for (int i = 0; i < 2000; ++i) {
      const Eigen::Vector3d p(uniform(random), uniform(random), uniform(random));
      QVERIFY(std::abs(tree.distance(p) - exactCubeDistance(p)) < 1e-6);
    }
  }

  void a_bound_ends_the_search() {
    const MeshDistance tree(cutCube(8));
    QCOMPARE(tree.distance({3, 0, 0}, 1.5), 1.5);
    QVERIFY(std::abs(tree.distance({3, 0, 0}, 2.5) - 2.0) < 1e-9);
    QCOMPARE(tree.distance({100, 0, 0}, 0.01), 0.01);
  }

  void points_degenerate_faces_and_nothing() {
    Mesh points;
    points.vertices = {{0, 0, 0}, {1, 0, 0}};
    QVERIFY(std::abs(MeshDistance(points).distance({0.9, 0.2, 0}) - std::hypot(0.1, 0.2)) < 1e-6);
    Mesh sliver = points;
    sliver.vertices.push_back({0.5F, 0, 0});
    sliver.faces = {{0, 1, 2}, {0, 0, 0}};
    QVERIFY(std::abs(MeshDistance(sliver).distance({0.3, 0.4, 0}) - 0.4) < 1e-6);
    QVERIFY(std::abs(MeshDistance(sliver).distance({2.0, 0.0, 0}) - 1.0) < 1e-6);
    Mesh broken = points;
    broken.vertices[1].x() = std::nanf("");
    QVERIFY(std::abs(MeshDistance(broken).distance({0, 3, 0}) - 3.0) < 1e-6);
    QCOMPARE(MeshDistance(Mesh()).distance({0, 0, 0}), kDistanceBoundless);
  }

  /// A turned cube of side 2 before a measured plane: distances through the pose are those of the formula.
  void measured_points_against_a_placed_model() {
    const auto mesh = std::make_shared<const Mesh>(cutCube(4));
    const PinholeCamera camera{60, 40, 50.0, 50.0, 29.5, 19.5};
    ImageF depth(60, 40, 1, 3.0F);
    *depth.pixel(3, 4) = 0.0F;
    const PlacedMesh placed{1, mesh, {rotation_about(Eigen::Vector3d::UnitY(), 0.6), {0.3, 0.1, 4.0}}};
    const ImageF distances = model_distances(depth, camera, {&placed, 1}, 0.9);
    QVERIFY(std::isnan(*distances.pixel(3, 4)));
    const Rigid3 mesh_from_cam = placed.cam_from_mesh.inverse();
    int near = 0;
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 60; ++x) {
        if (x == 3 && y == 4) {
          continue;
        }
        const double exact = exactCubeDistance(mesh_from_cam * camera.unproject(x, y, 3.0));
        if (exact < 0.9) {
          QVERIFY(std::abs(*distances.pixel(x, y) - exact) < 1e-5);
          ++near;
        } else {
          QVERIFY(std::isinf(*distances.pixel(x, y)));
        }
      }
    }
    QVERIFY(near > 500);
  }

  void the_nearest_of_several_models_counts() {
    const auto mesh = std::make_shared<const Mesh>(cutCube(1));
    const PinholeCamera camera{3, 3, 1.0, 1.0, 1.0, 1.0};
    const ImageF depth(3, 3, 1, 5.0F);
    const PlacedMesh placed[] = {{1, mesh, {Eigen::Matrix3d::Identity(), {0, 0, 8.0}}},
                                 {2, mesh, {Eigen::Matrix3d::Identity(), {0, 0, 2.5}}},
                                 {3, nullptr, {}}};
    const ImageF distances = model_distances(depth, camera, placed, 10.0);
    QVERIFY(std::abs(*distances.pixel(1, 1) - 1.5) < 1e-6);
    QVERIFY(model_distances({}, camera, placed, 1.0).empty());
    QVERIFY(model_distances(depth, {}, placed, 1.0).empty());
    QVERIFY(std::isinf(*model_distances(depth, camera, {}, 1.0).pixel(0, 0)));
  }
};

ALIDADE_TEST(MeshDistanceTest)
#include "mesh_distance_test.moc"
