// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include <QTest>

#include "core/data/mesh_comparison.h"
#include "core/data/procedural/mesh_builder.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// Pixel centers lie at whole numbers, the principal point between four of them.
const PinholeCamera kComparisonCamera{100, 80, 100.0, 100.0, 49.5, 39.5};

/// A square in the xy plane.
std::shared_ptr<const Mesh> plate(double side) {
  auto mesh = std::make_shared<Mesh>();
  const auto h = static_cast<float>(0.5 * side);
  mesh->vertices = {{-h, -h, 0}, {h, -h, 0}, {h, h, 0}, {-h, h, 0}};
  mesh->faces = {{0, 1, 2}, {0, 2, 3}};
  return mesh;
}

std::shared_ptr<const Mesh> finelyCutBall(double radius, int steps) {
  ProfilePiece piece;
  for (int i = 0; i <= steps; ++i) {
    const double angle = std::numbers::pi * (static_cast<double>(i) / steps - 0.5);
    piece.points.emplace_back(i == 0 || i == steps ? 0.0 : radius * std::cos(angle),
                              radius * std::sin(angle));
  }
  MeshBuilder builder;
  builder.revolve({piece}, 2 * steps);
  Eigen::Vector3d size;
  return std::make_shared<const Mesh>(builder.finish(size));
}

PlacedMesh placedAt(int instance, std::shared_ptr<const Mesh> mesh, const Eigen::Vector3d& t) {
  return {instance, std::move(mesh), {Eigen::Matrix3d::Identity(), t}};
}

}  // namespace

class MeshComparisonTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_plate_is_rendered_at_its_depth_and_owner() {
    const PlacedMesh meshes[] = {placedAt(4, plate(0.2), {0, 0, 1.0}), placedAt(9, plate(0.1), {0, 0, 0.8})};
    const MeshRender render = render_meshes(kComparisonCamera, meshes);
    QCOMPARE(*render.depth.pixel(41, 40), 1.0F);
    QCOMPARE(*render.owner.pixel(41, 40), 0);
    QCOMPARE(*render.depth.pixel(50, 40), 0.8F);
    QCOMPARE(*render.owner.pixel(50, 40), 1);
    QCOMPARE(*render.depth.pixel(5, 5), 0.0F);
    QCOMPARE(*render.owner.pixel(5, 5), -1);
    // The normal is the axis: its cosine with the ray is z over the ray's length.
    const double slope = (41 - 49.5) / 100.0, down = (40 - 39.5) / 100.0;
    QVERIFY(std::abs(*render.shade.pixel(41, 40) - 1.0 / std::sqrt(1 + slope * slope + down * down)) < 1e-6);
  }

  void what_cannot_be_drawn_keeps_its_number() {
    const double nan = std::nan("");
    const PlacedMesh meshes[] = {placedAt(1, plate(0.2), {nan, 0, 1}), placedAt(2, plate(0.2), {0, 0, 1e9}),
                                 placedAt(3, nullptr, {0, 0, 1}), placedAt(4, plate(0.2), {0, 0, 1})};
    const MeshRender render = render_meshes(kComparisonCamera, meshes);
    QCOMPARE(*render.owner.pixel(50, 40), 3);
    QVERIFY(render_meshes({}, meshes).depth.empty());
    QVERIFY(render_meshes({0, 0, 100.0, 100.0, 0, 0}, meshes).owner.empty());
  }

  /// 20 x 20 pixels each, 5 pixels aside: 15 columns agree.
  void silhouettes_of_shifted_plates_are_counted() {
    const PlacedMesh truth = placedAt(7, plate(0.2), {0, 0, 1});
    const PlacedMesh prediction = placedAt(7, plate(0.2), {0.05, 0, 1});
    const auto compared = compare_silhouettes(kComparisonCamera, {&truth, 1}, {&prediction, 1});
    QCOMPARE(compared.objects.size(), std::size_t{1});
    const SilhouetteCount& count = compared.objects[0];
    QCOMPARE(count.instance, 7);
    QCOMPARE(count.agreement, std::size_t{300});
    QCOMPARE(count.missing, std::size_t{100});
    QCOMPARE(count.surplus, std::size_t{100});
    QCOMPARE(count.iou(), 0.6);
    const auto at = [&](int x) { return static_cast<SilhouettePixel>(*compared.pixels.pixel(x, 40)); };
    QCOMPARE(at(39), SilhouettePixel::kNone);
    QCOMPARE(at(40), SilhouettePixel::kMissing);
    QCOMPARE(at(44), SilhouettePixel::kMissing);
    QCOMPARE(at(45), SilhouettePixel::kAgreement);
    QCOMPARE(at(59), SilhouettePixel::kAgreement);
    QCOMPARE(at(60), SilhouettePixel::kSurplus);
    QCOMPARE(at(64), SilhouettePixel::kSurplus);
    QCOMPARE(at(65), SilhouettePixel::kNone);
  }

  void an_object_in_front_hides_no_error() {
    const auto wide = plate(0.2);
    const PlacedMesh truth[] = {placedAt(1, wide, {0, 0, 1}), placedAt(2, plate(0.6), {0, 0, 0.5})};
    const PlacedMesh prediction[] = {placedAt(1, wide, {0.05, 0, 1}), placedAt(2, plate(0.6), {0, 0, 0.5})};
    const auto compared = compare_silhouettes(kComparisonCamera, truth, prediction);
    QCOMPARE(compared.objects[0].missing, std::size_t{100});
    QCOMPARE(compared.objects[1].missing + compared.objects[1].surplus, std::size_t{0});
    QCOMPARE(static_cast<SilhouettePixel>(*compared.pixels.pixel(42, 40)), SilhouettePixel::kMissing);
    QCOMPARE(static_cast<SilhouettePixel>(*compared.pixels.pixel(62, 40)), SilhouettePixel::kSurplus);
  }

  void objects_of_one_side_only() {
    const PlacedMesh truth = placedAt(1, plate(0.2), {0, 0, 1});
    const PlacedMesh prediction = placedAt(2, plate(0.2), {0.3, 0, 1});
    const auto compared = compare_silhouettes(kComparisonCamera, {&truth, 1}, {&prediction, 1});
    QCOMPARE(compared.objects.size(), std::size_t{2});
    QCOMPARE(compared.objects[0].missing, std::size_t{400});
    QCOMPARE(compared.objects[1].instance, 2);
    QCOMPARE(compared.objects[1].surplus, std::size_t{400});
    QCOMPARE(compared.objects[1].iou(), 0.0);
    QCOMPARE(compare_silhouettes(kComparisonCamera, {}, {}).objects.size(), std::size_t{0});
    QVERIFY(compare_silhouettes({}, {&truth, 1}, {}).pixels.empty());
  }

  /// A wall 10 mm behind the model: the difference is the same in every pixel.
  void depth_difference_of_parallel_planes_is_constant() {
    const PlacedMesh model = placedAt(3, plate(0.2), {0, 0, 1});
    const MeshRender render = render_meshes(kComparisonCamera, {&model, 1});
    ImageF measured(100, 80, 1, 1.010F);
    *measured.pixel(50, 40) = 0.0F;  // not measured
    const ImageF difference = depth_difference(measured, render.depth);
    int compared = 0;
    for (int y = 0; y < 80; ++y) {
      for (int x = 0; x < 100; ++x) {
        const bool both = x >= 40 && x < 60 && y >= 30 && y < 50 && !(x == 50 && y == 40);
        QCOMPARE(std::isfinite(*difference.pixel(x, y)), both);
        QVERIFY(!both || std::abs(*difference.pixel(x, y) - 0.010) < 1e-6);
        compared += both;
      }
    }
    const auto numbers = depth_differences(difference, render, {&model, 1});
    QCOMPARE(numbers.size(), std::size_t{1});
    QCOMPARE(numbers[0].instance, 3);
    QCOMPARE(numbers[0].pixels, static_cast<std::size_t>(compared));
    QVERIFY(std::abs(numbers[0].median - 0.010) < 1e-6);
    QVERIFY(depth_difference(ImageF(10, 10, 1, 1.0F), render.depth).empty());
    QVERIFY(depth_difference({}, render.depth).empty());
  }

  /// Where a ray meets a ball is known; facets lie at most r (1 - cos(pi / n)) below it, seen along the ray.
  void depth_of_a_ball_is_that_of_the_formula() {
    const double radius = 0.2, distance = 1.0;
    const PinholeCamera camera{201, 201, 300.0, 300.0, 100.0, 100.0};
    const PlacedMesh model = placedAt(1, finelyCutBall(radius, 120), {0, 0, distance});
    const MeshRender render = render_meshes(camera, {&model, 1});
    ImageF exact(201, 201, 1);
    for (int y = 0; y < 201; ++y) {
      for (int x = 0; x < 201; ++x) {
        const Eigen::Vector3d ray = camera.unproject(x, y, 1.0).normalized();
        const double along = ray.z() * distance;
        const double inside = radius * radius - (distance * distance - along * along);
        *exact.pixel(x, y) = inside > 0 ? static_cast<float>(ray.z() * (along - std::sqrt(inside))) : 0.0F;
      }
    }
    const ImageF difference = depth_difference(exact, render.depth);
    const auto numbers = depth_differences(difference, render, {&model, 1});
    QVERIFY(numbers[0].pixels > 10000);
    QVERIFY2(numbers[0].median_absolute < 2e-4, qPrintable(QString::number(numbers[0].median_absolute)));
    QVERIFY(std::abs(*difference.pixel(100, 100)) < 2e-4);
    QVERIFY(numbers[0].median <= 0.0);  // the facets lie behind the ball
  }

  void the_median_of_even_and_odd_counts() {
    const PlacedMesh model = placedAt(1, plate(0.2), {0, 0, 1});
    MeshRender render;
    render.owner = Image<std::int32_t>(4, 1, 1, 0);
    ImageF difference(4, 1, 1);
    difference.data = {0.004F, -0.002F, 0.001F, -0.009F};
    auto numbers = depth_differences(difference, render, {&model, 1});
    QVERIFY(std::abs(numbers[0].median - -0.0005) < 1e-8);
    QVERIFY(std::abs(numbers[0].median_absolute - 0.003) < 1e-8);
    difference.data[3] = std::nanf("");
    numbers = depth_differences(difference, render, {&model, 1});
    QCOMPARE(numbers[0].pixels, std::size_t{3});
    QVERIFY(std::abs(numbers[0].median - 0.001) < 1e-8);
    QVERIFY(std::abs(numbers[0].median_absolute - 0.002) < 1e-8);
  }
};

ALIDADE_TEST(MeshComparisonTest)
#include "mesh_comparison_test.moc"
