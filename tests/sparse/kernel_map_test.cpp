// SPDX-License-Identifier: BSD-3-Clause
#include <limits>
#include <map>
#include <set>

#include <QtTest>

#include "core/ops/sparse/voxelize.h"
#include "tests/sparse/sparse_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kGreatest = std::numeric_limits<std::int32_t>::max();

/// Pairs by looking up every cell: an output o meets the input at o + offset * edge, or with `reversed` the
/// input at o - offset * edge.
std::vector<std::int64_t> looked_up(const VoxelSet& inputs, const VoxelSet& outputs, int kernel, int edge,
                                    bool reversed) {
  std::map<VoxelCoordinate, std::int64_t> rows;
  for (std::size_t i = 0; i < inputs.rows.size(); ++i) {
    rows[inputs.rows[i]] = static_cast<std::int64_t>(i);
  }
  std::vector<std::int64_t> result;
  const auto offsets = kernel_offsets(kernel);
  const int sign = reversed ? -edge : edge;
  for (std::size_t j = 0; j < offsets.size(); ++j) {
    for (std::size_t o = 0; o < outputs.rows.size(); ++o) {
      const VoxelCoordinate& at = outputs.rows[o];
      const auto found = rows.find(
          {at.batch, at.x + sign * offsets[j][0], at.y + sign * offsets[j][1], at.z + sign * offsets[j][2]});
      if (found != rows.end()) {
        result.insert(result.end(),
                      {static_cast<std::int64_t>(j), found->second, static_cast<std::int64_t>(o)});
      }
    }
  }
  return result;
}

/// Triples with the input rows that were given, sorted.
std::vector<std::int64_t> as_given(const std::vector<std::int64_t>& pairs, const SortedVoxels& inputs) {
  std::set<std::array<std::int64_t, 3>> sorted;
  for (std::size_t i = 0; i < pairs.size(); i += 3) {
    sorted.insert({pairs[i], inputs.order[pairs[i + 1]], pairs[i + 2]});
  }
  std::vector<std::int64_t> result;
  for (const auto& pair : sorted) {
    result.insert(result.end(), pair.begin(), pair.end());
  }
  return result;
}

bool both_rows_increase(const KernelMap& map) {
  for (int j = 0; j < map.volume(); ++j) {
    for (std::int64_t p = map.begin[j] + 1; p < map.begin[j + 1]; ++p) {
      if (map.input_rows[p - 1] >= map.input_rows[p] || map.output_rows[p - 1] >= map.output_rows[p]) {
        return false;
      }
    }
  }
  return true;
}

VoxelSet shifted(VoxelSet voxels, std::int32_t by) {
  for (VoxelCoordinate& row : voxels.rows) {
    row.x += by;
    row.y += by;
    row.z += by;
  }
  return voxels;
}

}  // namespace

class KernelMapTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void casesOfTheFixture() {
    for (const auto& entry : sparse_json("cases")) {
      if (!entry.contains("kernel_size") || entry["kind"] == "pooling") {
        continue;
      }
      const auto arrays = sparse_arrays(entry["name"]);
      const SortedVoxels inputs = voxels_of(arrays, "in_coords", entry["in_tensor_stride"]);
      const MappedVoxels mapped = mapped_case(entry, inputs.voxels);
      const SortedVoxels outputs = voxels_of(arrays, "out_coords", entry["out_tensor_stride"]);
      QCOMPARE(mapped.outputs, outputs.voxels);
      QVERIFY(std::is_sorted(outputs.order.begin(), outputs.order.end()));
      QCOMPARE(as_given(triples(mapped.map), inputs), integers(arrays, "pairs"));
      QCOMPARE(mapped.map.inputs, entry["n_in"].get<std::size_t>());
      QCOMPARE(mapped.map.outputs, entry["n_out"].get<std::size_t>());
      std::vector<std::int64_t> offsets;
      for (const auto& offset : kernel_offsets(entry["kernel_size"])) {
        offsets.insert(offsets.end(), offset.begin(), offset.end());
      }
      QCOMPARE(offsets, integers(arrays, "offsets"));
    }
  }

  void randomGridsMatchLookingUp() {
    for (const int kernel : {1, 2, 3, 4, 5, 6, 7}) {
      for (const double share : {0.05, 0.4, 1.0}) {
        const VoxelSet voxels = random_voxels(6, 2, share, 40 + kernel);
        const auto map = submanifold_map(voxels, kernel);
        QVERIFY(both_rows_increase(*map));
        QCOMPARE(triples(*map), looked_up(voxels, voxels, kernel, 2, false));
        for (const int stride : {1, 2, 3}) {
          const auto down = strided_map(voxels, kernel, stride);
          QCOMPARE(down->outputs.stride, 2 * stride);
          QVERIFY(check_voxels(down->outputs) && both_rows_increase(down->map));
          QCOMPARE(triples(down->map), looked_up(voxels, down->outputs, kernel, 2, false));
        }
        const auto up = transposed_map(voxels, kernel, 2);
        QCOMPARE(up->outputs.stride, 1);
        QVERIFY(check_voxels(up->outputs) && both_rows_increase(up->map));
        QCOMPARE(triples(up->map), looked_up(voxels, up->outputs, kernel, 1, true));
        QCOMPARE(up->map.pairs(), static_cast<std::int64_t>(voxels.rows.size() * up->map.volume()));
      }
    }
  }

  void decodersReturnToTheirSet() {
    const VoxelSet fine = random_voxels(9, 1, 0.2, 3);
    const auto down = strided_map(fine, 2, 2);
    const auto up = transposed_map_onto(down->outputs, fine, 2);
    // Every fine voxel has one parent: the reversed map has the same pairs.
    QCOMPARE(triples(*up), triples(reversed_map(down->map)));
    QCOMPARE(up->outputs, fine.rows.size());
    QVERIFY(!transposed_map_onto(fine, down->outputs, 2));
  }

  void emptyAndSingleSets() {
    for (const int kernel : {1, 2, 3, 5}) {
      QCOMPARE(submanifold_map({}, kernel)->pairs(), 0);
      QCOMPARE(submanifold_map({}, kernel)->volume(), kernel * kernel * kernel);
      QVERIFY(strided_map({}, kernel, 2)->outputs.rows.empty());
      QVERIFY(transposed_map({{}, 2}, kernel, 2)->outputs.rows.empty());
      QCOMPARE(submanifold_map({{{3, -7, 8, 9}}, 1}, kernel)->pairs(), 1);
    }
  }

  void voxelsFarApartCostNothing() {
    // Two clusters whose bounding box has 10^28 cells.
    const VoxelSet voxels = random_voxels(5, 1, 0.5, 9);
    const VoxelSet far = shifted(voxels, 2000000000);
    const auto alone = submanifold_map(voxels, 3);
    VoxelSet both;
    for (int batch = 0; batch < 2; ++batch) {
      for (const VoxelSet* part : {&voxels, &far}) {
        std::copy_if(part->rows.begin(), part->rows.end(), std::back_inserter(both.rows),
                     [&](const VoxelCoordinate& row) { return row.batch == batch; });
      }
    }
    QVERIFY(check_voxels(both));
    QCOMPARE(submanifold_map(both, 3)->pairs(), 2 * alone->pairs());
    QCOMPARE(triples(strided_map(both, 3, 2)->map),
             looked_up(both, strided_map(both, 3, 2)->outputs, 3, 1, false));
  }

  void coordinatesBeyondInt32AreRefused() {
    const VoxelSet low{{{0, kLeast, kLeast, kLeast}}, 1},
        high{{{0, kGreatest - 1, kGreatest - 1, kGreatest - 1}}, 2};
    // Neighbors beyond the range do not exist; outputs there are an error, never wrapped.
    QCOMPARE(submanifold_map(low, 3)->pairs(), 1);
    QCOMPARE(submanifold_map(high, 5)->pairs(), 1);
    QCOMPARE(strided_map(low, 2, 2)->outputs.rows[0].x, kLeast);
    QVERIFY(!strided_map(low, 2, 3));
    QVERIFY(transposed_map(high, 2, 2));
    QVERIFY(!transposed_map({{{0, 0, kGreatest - 1, 0}}, 2}, 5, 2));
    QVERIFY(!transposed_map({{{0, kLeast, 0, 0}}, 2}, 3, 2));
    const auto wide =
        submanifold_map({{{0, kLeast, kLeast, kLeast}, {kGreatest, kGreatest, kGreatest, kGreatest}}, 1}, 3);
    QVERIFY(!wide);
    QVERIFY(wide.error().message.find("32 bits") != std::string::npos);
    const auto scenes =
        submanifold_map({{{0, kLeast, kLeast, kLeast}, {100, kGreatest, kGreatest, kGreatest}}, 1}, 3);
    QCOMPARE(scenes->pairs(), 2);
  }

  void wrongCallsAreRefused() {
    const VoxelSet voxels{{{0, 0, 0, 0}}, 2};
    for (const int kernel : {-1, 0, 10}) {
      QCOMPARE(submanifold_map(voxels, kernel).error().code, ErrorCode::kUsage);
    }
    QVERIFY(!strided_map(voxels, 3, 0));
    QVERIFY(!strided_map(voxels, 3, 1 << 30));
    QVERIFY(!transposed_map(voxels, 3, 3));
  }
};

ALIDADE_TEST(KernelMapTest)
#include "kernel_map_test.moc"
