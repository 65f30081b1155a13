// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/ops/sparse/voxel_set.h"

namespace alidade {

// Kernel maps come from merging sorted rows: each row becomes one number, its key, whose order is that of the
// rows. A step by an offset adds a constant to every key, since the fields have room for it.

__extension__ using WideKey = unsigned __int128;  ///< where 64 bits do not hold a row

/// Which bits of a key hold which coordinate, counted in cells of `unit`.
struct KeyLayout {
  int unit = 1;
  std::array<std::int64_t, 4> low{};  ///< batch, x, y, z that become 0
  std::array<int, 4> shift{};         ///< of their fields; that of z is 0
  int bits = 0;                       ///< of a key

  template <class Key>
  Key key(const VoxelCoordinate& row) const {
    return (static_cast<Key>(row.batch - low[0]) << shift[0]) +
           (static_cast<Key>(row.x / unit - low[1]) << shift[1]) +
           (static_cast<Key>(row.y / unit - low[2]) << shift[2]) + static_cast<Key>(row.z / unit - low[3]);
  }
  /// What a step adds, modulo 2^bits of Key.
  template <class Key>
  Key step(int x, int y, int z) const {
    return static_cast<Key>(static_cast<Key>(x) << shift[1]) +
           static_cast<Key>(static_cast<Key>(y) << shift[2]) + static_cast<Key>(z);
  }
  /// A coordinate of a key in cells of the finest lattice: axis 0 is the batch.
  template <class Key>
  std::int64_t coordinate(Key key, int axis) const {
    const int end = axis == 0 ? bits : shift[axis - 1];
    const Key field = (key >> shift[axis]) & ((Key{1} << (end - shift[axis])) - 1);
    return (static_cast<std::int64_t>(field) + low[axis]) * (axis == 0 ? 1 : unit);
  }
};

/// The least and greatest coordinate of rows, axis by axis.
struct VoxelBounds {
  std::array<std::int64_t, 4> low, high;

  VoxelBounds() {
    low.fill(std::numeric_limits<std::int64_t>::max());
    high.fill(std::numeric_limits<std::int64_t>::min());
  }
  bool empty() const { return low[0] > high[0]; }
  void add(const VoxelCoordinate& row) {
    const std::array<std::int64_t, 4> values{row.batch, row.x, row.y, row.z};
    for (int axis = 0; axis < 4; ++axis) {
      low[axis] = std::min(low[axis], values[axis]);
      high[axis] = std::max(high[axis], values[axis]);
    }
  }
  void add(std::span<const VoxelCoordinate> rows) {
    for (const VoxelCoordinate& row : rows) {
      add(row);
    }
  }
};

/// Keys for rows within bounds that are multiples of `unit`, with room for `reach` more cells on all sides.
inline KeyLayout key_layout(const VoxelBounds& bounds, int unit, int reach) {
  KeyLayout layout;
  layout.unit = unit;
  if (bounds.empty()) {
    return layout;
  }
  for (int axis = 3; axis >= 0; --axis) {
    const int cells = axis == 0 ? 1 : unit, room = axis == 0 ? 0 : reach;
    layout.low[axis] = bounds.low[axis] / cells - room;
    const auto extent = static_cast<std::uint64_t>(bounds.high[axis] / cells + room - layout.low[axis]);
    layout.shift[axis] = layout.bits;
    layout.bits += std::bit_width(extent);
  }
  return layout;
}

/// Whether a key has room for the rows: not when they span 32 bits along all axes and many scenes.
inline bool holds_keys(const KeyLayout& layout) {
  constexpr int kMostKeyBits = 127;
  return layout.bits <= kMostKeyBits;
}

/// work(Key{}) with the smallest Key that holds the keys of a layout below its largest values.
template <class Work>
auto with_key_type(const KeyLayout& layout, Work&& work) {
  return layout.bits < 63 ? work(std::uint64_t{}) : work(WideKey{});
}

/// Keys of rows, followed by `sentinels` that no key reaches.
template <class Key>
std::vector<Key> keys_of(std::span<const VoxelCoordinate> rows, const KeyLayout& layout, int sentinels) {
  std::vector<Key> keys(rows.size() + sentinels, static_cast<Key>(~Key{0}));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys[i] = layout.key<Key>(rows[i]);
  }
  return keys;
}

/// Sorts keys by their bits from `first_bit` to `bits`; order among equals is kept.
void sort_keys(std::vector<std::uint64_t>& keys, int first_bit, int bits);
void sort_keys(std::vector<WideKey>& keys, int first_bit, int bits);

/// The rows of keys, sorted and each once; keys of voxels only.
template <class Key>
std::vector<VoxelCoordinate> rows_of_keys(std::vector<Key> keys, const KeyLayout& layout) {
  sort_keys(keys, 0, layout.bits);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::vector<VoxelCoordinate> rows(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto at = [&](int axis) { return static_cast<std::int32_t>(layout.coordinate(keys[i], axis)); };
    rows[i] = {at(0), at(1), at(2), at(3)};
  }
  return rows;
}

}  // namespace alidade
