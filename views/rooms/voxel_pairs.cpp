// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/voxel_pairs.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace alidade {
namespace {

constexpr double kSmallestCell = 1e-3, kLargestCell = 10.0;  // metres
constexpr std::int64_t kHalfRange = std::int64_t{1} << 20;   // voxels to each side of the origin
constexpr int kBits = 21;
constexpr float kDotShare =
    0.2F;  // of a cell: how the offset 0, which connects a voxel with itself, is drawn

using Voxel = std::array<std::int64_t, 3>;

/// Sorts like (x, y, z); voxels beyond 2^20 of the origin have none.
bool keyOf(const Voxel& voxel, std::uint64_t& key) {
  key = 0;
  for (const std::int64_t c : voxel) {
    if (c < -kHalfRange || c >= kHalfRange) {
      return false;
    }
    key = (key << kBits) | static_cast<std::uint64_t>(c + kHalfRange);
  }
  return true;
}

Voxel voxelOf(std::uint64_t key) {
  constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
  return {static_cast<std::int64_t>(key >> (2 * kBits)) - kHalfRange,
          static_cast<std::int64_t>((key >> kBits) & kMask) - kHalfRange,
          static_cast<std::int64_t>(key & kMask) - kHalfRange};
}

std::vector<std::uint64_t> occupied(const RoomCloud& cloud, double cell_m) {
  std::vector<std::uint64_t> keys;
  keys.reserve(cloud.size());
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    Voxel voxel{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      voxel[axis] = static_cast<std::int64_t>(std::floor(cloud.xyz[3 * i + axis] / cell_m));
    }
    if (std::uint64_t key = 0; keyOf(voxel, key)) {
      keys.push_back(key);
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

Eigen::Vector3f middleOf(const Voxel& voxel, double cell_m) {
  return {static_cast<float>((static_cast<double>(voxel[0]) + 0.5) * cell_m),
          static_cast<float>((static_cast<double>(voxel[1]) + 0.5) * cell_m),
          static_cast<float>((static_cast<double>(voxel[2]) + 0.5) * cell_m)};
}

}  // namespace

VoxelPairs voxelPairs(const RoomCloud& cloud, const std::array<int, 3>& offset, double cell_m,
                      std::size_t most) {
  VoxelPairs found;
  if (!(cell_m >= kSmallestCell && cell_m <= kLargestCell)) {
    return found;
  }
  const std::vector<std::uint64_t> keys = occupied(cloud, cell_m);
  std::vector<std::uint64_t> outputs;
  for (const std::uint64_t key : keys) {
    Voxel input = voxelOf(key);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      input[axis] += offset[axis];
    }
    std::uint64_t other = 0;
    if (keyOf(input, other) && std::binary_search(keys.begin(), keys.end(), other)) {
      outputs.push_back(key);
    }
  }
  found.count = outputs.size();
  const std::size_t step =
      std::max<std::size_t>(1, (outputs.size() + most - 1) / std::max<std::size_t>(most, 1));
  const bool itself = offset == std::array<int, 3>{};
  for (std::size_t i = 0; i < outputs.size(); i += step) {
    const Voxel output = voxelOf(outputs[i]);
    Voxel input = output;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      input[axis] += offset[axis];
    }
    RoomPair pair{middleOf(output, cell_m), middleOf(input, cell_m)};
    if (itself) {
      pair.to.z() += kDotShare * static_cast<float>(cell_m);
    }
    found.pairs.push_back(pair);
  }
  return found;
}

}  // namespace alidade
