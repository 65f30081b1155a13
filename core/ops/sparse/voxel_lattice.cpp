// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/voxel_lattice.h"

#include <utility>
#include <vector>

#include "core/ops/sparse/voxel_keys.h"

namespace alidade {
namespace {

constexpr std::int64_t kLeastCoordinate = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kGreatestCoordinate = std::numeric_limits<std::int32_t>::max();

}  // namespace

Error coordinates_too_far() {
  return {
      ErrorCode::kFailed,
      "Coordinates of the outputs of a sparse convolution exceed 32 bits; move the points to the origin or "
      "use larger voxels."};
}

Expected<VoxelSet> coarse_voxels(const VoxelSet& fine, int edge) {
  const auto coarse = [edge](std::int64_t c) { return (c >= 0 ? c : c - edge + 1) / edge * edge; };
  VoxelBounds bounds;
  bounds.add(fine.rows);
  for (int axis = 1; axis < 4 && !bounds.empty(); ++axis) {
    bounds.low[axis] = coarse(bounds.low[axis]);
    bounds.high[axis] = coarse(bounds.high[axis]);
    if (bounds.low[axis] < kLeastCoordinate) {
      return coordinates_too_far();
    }
  }
  const KeyLayout layout = key_layout(bounds, edge, 0);
  if (!holds_keys(layout)) {
    return coordinates_too_far();
  }
  VoxelSet result;
  result.stride = edge;
  with_key_type(layout, [&]<class Key>(Key) {
    std::vector<Key> keys;
    for (const VoxelCoordinate& row : fine.rows) {
      const auto at = [&](std::int32_t c) { return static_cast<std::int32_t>(coarse(c)); };
      const Key key = layout.key<Key>({row.batch, at(row.x), at(row.y), at(row.z)});
      if (keys.empty() || keys.back() != key) {
        keys.push_back(key);
      }
    }
    result.rows = rows_of_keys(std::move(keys), layout);
  });
  return result;
}

Expected<VoxelSet> hit_voxels(const VoxelSet& inputs, const KernelAxis& axis, int edge) {
  VoxelBounds bounds;
  bounds.add(inputs.rows);
  for (int a = 1; a < 4 && !bounds.empty(); ++a) {
    if (bounds.low[a] + std::int64_t{axis.first} * edge < kLeastCoordinate ||
        bounds.high[a] + std::int64_t{axis.last()} * edge > kGreatestCoordinate) {
      return coordinates_too_far();
    }
  }
  const std::size_t volume = static_cast<std::size_t>(axis.count) * axis.count * axis.count;
  if (inputs.rows.size() > kMostSparseRows / volume) {
    return Error{ErrorCode::kFailed, "A transposed sparse convolution would have more than 2^31 - 1 rows."};
  }
  const KeyLayout layout = key_layout(bounds, edge, axis.reach());
  if (!holds_keys(layout)) {
    return coordinates_too_far();
  }
  VoxelSet result;
  result.stride = edge;
  with_key_type(layout, [&]<class Key>(Key) {
    std::vector<Key> keys;
    keys.reserve(inputs.rows.size() * volume);
    for (const VoxelCoordinate& row : inputs.rows) {
      const Key center = layout.key<Key>(row);
      for (int x = axis.first; x <= axis.last(); ++x) {
        for (int y = axis.first; y <= axis.last(); ++y) {
          for (int z = axis.first; z <= axis.last(); ++z) {
            keys.push_back(center + layout.step<Key>(x, y, z));
          }
        }
      }
    }
    result.rows = rows_of_keys(std::move(keys), layout);
  });
  return result;
}

}  // namespace alidade
