// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/voxel_set.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "core/ops/sparse/voxel_lattice.h"

namespace alidade {
namespace {

bool on_lattice(const VoxelCoordinate& row, int stride) {
  return row.x % stride == 0 && row.y % stride == 0 && row.z % stride == 0;
}

}  // namespace

Expected<void> check_voxels(const VoxelSet& voxels) {
  if (voxels.stride < 1) {
    return usage_error("The stride of a voxel set is " + std::to_string(voxels.stride) +
                       "; it must be at least 1.");
  }
  for (std::size_t i = 0; i < voxels.rows.size(); ++i) {
    const VoxelCoordinate& row = voxels.rows[i];
    const std::string where = "Row " + std::to_string(i) + " of a voxel set ";
    if (i > 0 && !(voxels.rows[i - 1] < row)) {
      return usage_error(where + "does not come after the one before; rows must be sorted and unique.");
    }
    if (row.batch < 0) {
      return usage_error(where + "has the batch index " + std::to_string(row.batch) + "; use 0 or more.");
    }
    if (!on_lattice(row, voxels.stride)) {
      return usage_error(where + "is no multiple of the stride " + std::to_string(voxels.stride) + ".");
    }
  }
  return {};
}

Expected<SortedVoxels> sorted_voxels(std::span<const VoxelCoordinate> rows, int stride) {
  if (rows.size() > kMostSparseRows) {
    return usage_error("A sparse tensor holds at most 2^31 - 1 rows.");
  }
  SortedVoxels sorted;
  sorted.order.resize(rows.size());
  std::iota(sorted.order.begin(), sorted.order.end(), 0);
  std::sort(sorted.order.begin(), sorted.order.end(),
            [&](std::int32_t a, std::int32_t b) { return rows[a] < rows[b]; });
  sorted.voxels.stride = stride;
  for (const std::int32_t row : sorted.order) {
    sorted.voxels.rows.push_back(rows[row]);
  }
  const auto checked = check_voxels(sorted.voxels);
  return checked ? Expected<SortedVoxels>(std::move(sorted)) : checked.error();
}

Expected<VoxelSet> batch_of_scenes(std::span<const VoxelSet> scenes) {
  VoxelSet batch;
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    const VoxelSet& scene = scenes[i];
    if (i == 0) {
      batch.stride = scene.stride;
    }
    if (scene.stride != batch.stride) {
      return usage_error("Scenes of the strides " + std::to_string(batch.stride) + " and " +
                         std::to_string(scene.stride) + " cannot be one batch.");
    }
    if (!scene.rows.empty() && scene.rows.front().batch != scene.rows.back().batch) {
      return usage_error("Scene " + std::to_string(i) + " is a batch of several scenes already.");
    }
    for (VoxelCoordinate row : scene.rows) {
      row.batch = static_cast<std::int32_t>(i);
      batch.rows.push_back(row);
    }
  }
  return batch;
}

}  // namespace alidade
