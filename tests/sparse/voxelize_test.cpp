// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include <QtTest>

#include "core/ops/sparse/voxelize.h"
#include "tests/sparse/sparse_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

void compare_with_case(const Voxelization& found, const Arrays& arrays, const nlohmann::json& entry) {
  std::vector<std::int32_t> coordinates;
  for (const VoxelCoordinate& row : found.voxels.rows) {
    QCOMPARE(row.batch, 3);
    coordinates.insert(coordinates.end(), {row.x, row.y, row.z});
  }
  QCOMPARE(largest_difference(coordinates, integers(arrays, "coords")), 0.0);
  QCOMPARE(largest_difference(found.point_to_voxel, integers(arrays, "point_to_voxel")), 0.0);
  QCOMPARE(largest_difference(found.count, integers(arrays, "count")), 0.0);
  QCOMPARE(largest_difference(found.first_point, integers(arrays, "first_point")), 0.0);
  QCOMPARE(found.not_finite, entry["rejected_not_finite"].get<std::size_t>());
  QCOMPARE(found.outside_int32, entry["rejected_int32"].get<std::size_t>());
  const auto features = doubles(arrays, "features");
  std::vector<double> means(3 * found.voxels.rows.size());
  voxel_means(found, features.data(), 3, means.data());
  QVERIFY(largest_difference(means, doubles(arrays, "mean_features")) < 1e-14);
  QVERIFY(check_voxels(found.voxels));
}

}  // namespace

class VoxelizeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void casesOfTheFixture() {
    for (const auto& entry : sparse_json("voxels")) {
      const auto arrays = sparse_arrays("voxels_" + entry["name"].get<std::string>());
      const auto points = doubles(arrays, "points");
      const auto found = voxelize(std::span<const double>(points), entry["size"], 3);
      QVERIFY(found);
      compare_with_case(*found, arrays, entry);
      if (arrays.at("points").dtype == DType::kFloat32) {
        const std::vector<float> narrow(points.begin(), points.end());
        compare_with_case(*voxelize(std::span<const float>(narrow), entry["size"], 3), arrays, entry);
      }
    }
  }

  void wrongCallsAreRefused() {
    const std::vector<double> points{0.0, 0.0, 0.0};
    for (const double size : {0.0, -0.01, kNan, kInfinity, -kInfinity}) {
      const auto found = voxelize(std::span<const double>(points), size);
      QVERIFY(!found);
      QCOMPARE(found.error().code, ErrorCode::kUsage);
      QVERIFY(found.error().message.find("voxel size") != std::string::npos);
    }
    QVERIFY(!voxelize(std::span<const double>(points), 0.1, -1));
    QVERIFY(!voxelize(std::span<const double>(points).first(2), 0.1));
  }

  void emptyAndSinglePoints() {
    const auto none = voxelize(std::span<const float>(), 0.02);
    QVERIFY(none && none->voxels.rows.empty() && none->point_to_voxel.empty());
    const std::vector<float> point{-0.01F, 0.0F, 0.05F};
    const auto one = voxelize(std::span<const float>(point), 0.02, 5);
    QCOMPARE(one->voxels.rows, (std::vector<VoxelCoordinate>{{5, -1, 0, 2}}));
    QCOMPARE(one->count, std::vector<std::int32_t>{1});
  }

  void equalPointsShareAVoxel() {
    std::vector<float> points;
    for (int i = 0; i < 1000; ++i) {
      points.insert(points.end(), {1.001F, 2.001F, i % 2 == 0 ? 3.001F : -3.0F});
    }
    const auto found = voxelize(std::span<const float>(points), 0.5);
    QCOMPARE(found->count, (std::vector<std::int32_t>{500, 500}));
    QCOMPARE(found->first_point, (std::vector<std::int32_t>{1, 0}));
  }

  void kilometersAndNansCostNothing() {
    // Boxes of 10^22 cells: memory goes with the points. A whole int32 range needs keys beyond 64 bits.
    std::vector<double> points;
    Random random(7);
    for (int i = 0; i < 3000; ++i) {
      for (int axis = 0; axis < 3; ++axis) {
        points.push_back(i % 10 == 0 ? random.uniform(-1.0, 1.0) * 2.1e7 : random.uniform());
      }
    }
    points[4] = kNan;
    points[300] = kInfinity;
    points[3001] = 1e300;
    const auto found = voxelize(std::span<const double>(points), 0.01);
    QCOMPARE(found->not_finite, std::size_t{2});
    QCOMPARE(found->outside_int32, std::size_t{1});
    QCOMPARE(std::count(found->point_to_voxel.begin(), found->point_to_voxel.end(), -1), 3);
    QVERIFY(check_voxels(found->voxels));
    for (std::size_t i = 0; i < points.size() / 3; ++i) {
      if (found->point_to_voxel[i] >= 0) {
        const VoxelCoordinate& row = found->voxels.rows[found->point_to_voxel[i]];
        QCOMPARE(static_cast<double>(row.x), std::floor(points[3 * i] / 0.01));
        QCOMPARE(static_cast<double>(row.z), std::floor(points[3 * i + 2] / 0.01));
      }
    }
  }

  void setsAreChecked() {
    QVERIFY(check_voxels(random_voxels(5, 2, 0.4, 1)));
    for (const auto& rows : std::vector<std::vector<VoxelCoordinate>>{
             {{0, 0, 0, 0}, {0, 0, 0, 0}}, {{0, 0, 0, 2}, {0, 0, 0, 0}}, {{-1, 0, 0, 0}}, {{0, 1, 0, 0}}}) {
      QVERIFY(!check_voxels({rows, 2}));
    }
    QVERIFY(!check_voxels({{}, 0}));
    const std::vector<VoxelCoordinate> given{{1, 0, 0, 0}, {0, 4, 0, 2}, {0, -2, 8, 0}};
    const auto sorted = sorted_voxels(given, 2);
    QCOMPARE(sorted->order, (std::vector<std::int32_t>{2, 1, 0}));
    QCOMPARE(sorted->voxels.rows.front(), given[2]);
    QVERIFY(!sorted_voxels(std::vector<VoxelCoordinate>{given[1], given[0], given[1]}, 2));
    QVERIFY(!sorted_voxels(given, 4));
  }

  void scenesBecomeABatch() {
    const VoxelSet a{{{0, 1, 2, 3}, {0, 2, 0, 0}}, 1}, b{{{4, -1, 0, 0}}, 1};
    const auto batch = batch_of_scenes(std::vector<VoxelSet>{a, {}, b});
    QCOMPARE(batch->rows, (std::vector<VoxelCoordinate>{{0, 1, 2, 3}, {0, 2, 0, 0}, {2, -1, 0, 0}}));
    QVERIFY(check_voxels(*batch));
    QVERIFY(!batch_of_scenes(std::vector<VoxelSet>{a, {{}, 2}}));
    QVERIFY(!batch_of_scenes(std::vector<VoxelSet>{*batch, a}));
  }
};

ALIDADE_TEST(VoxelizeTest)
#include "voxelize_test.moc"
