// SPDX-License-Identifier: BSD-3-Clause
#include <bit>

#include "core/ops/sparse/voxel_keys.h"
#include "tests/bench/sparse_bench.h"

namespace alidade::bench {
namespace {

/// Rows by key, open addressing, at most half full.
class RowTable {
 public:
  explicit RowTable(const std::vector<std::uint64_t>& keys)
      : mask_(std::bit_ceil(2 * keys.size() + 1) - 1), entries_(mask_ + 1, {kFree, 0}) {
    for (std::size_t row = 0; row < keys.size(); ++row) {
      std::size_t at = place(keys[row]);
      while (entries_[at].key != kFree) {
        at = (at + 1) & mask_;
      }
      entries_[at] = {keys[row], static_cast<std::int32_t>(row)};
    }
  }
  std::int32_t find(std::uint64_t key) const {
    std::size_t at = place(key);
    while (entries_[at].key != key && entries_[at].key != kFree) {
      at = (at + 1) & mask_;
    }
    return entries_[at].key == key ? entries_[at].row : -1;
  }

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};
  struct Entry {
    std::uint64_t key;
    std::int32_t row;
  };
  std::size_t place(std::uint64_t key) const { return (key * 0x9E3779B97F4A7C15U >> 32) & mask_; }
  std::size_t mask_;
  std::vector<Entry> entries_;
};

}  // namespace

KernelMap hashed_submanifold_map(const VoxelSet& voxels) {
  VoxelBounds bounds;
  bounds.add(voxels.rows);
  const KeyLayout layout = key_layout(bounds, voxels.stride, 1);
  const auto keys = keys_of<std::uint64_t>(voxels.rows, layout, 0);
  const RowTable table(keys);
  const auto offsets = kernel_offsets(3);
  std::vector<std::vector<std::int32_t>> from(27), to(27);
  for (int j = 14; j < 27; ++j) {
    const std::uint64_t step = layout.step<std::uint64_t>(offsets[j][0], offsets[j][1], offsets[j][2]);
    for (std::size_t row = 0; row < keys.size(); ++row) {
      const std::int32_t found = table.find(keys[row] + step);
      if (found >= 0) {
        from[j].push_back(found);
        to[j].push_back(static_cast<std::int32_t>(row));
      }
    }
    from[26 - j] = to[j];
    to[26 - j] = from[j];
  }
  for (std::size_t row = 0; row < keys.size(); ++row) {
    from[13].push_back(static_cast<std::int32_t>(row));
  }
  to[13] = from[13];
  KernelMap map{keys.size(), keys.size(), {0}, {}, {}};
  for (int j = 0; j < 27; ++j) {
    map.input_rows.insert(map.input_rows.end(), from[j].begin(), from[j].end());
    map.output_rows.insert(map.output_rows.end(), to[j].begin(), to[j].end());
    map.begin.push_back(static_cast<std::int64_t>(map.input_rows.size()));
  }
  return map;
}

}  // namespace alidade::bench
