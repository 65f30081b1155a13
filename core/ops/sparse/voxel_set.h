// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// A cell of a lattice: which scene of the batch, and where, in cells of the finest lattice.
struct VoxelCoordinate {
  std::int32_t batch = 0, x = 0, y = 0, z = 0;
  auto operator<=>(const VoxelCoordinate&) const = default;
};

/// Where a sparse tensor has features: row r of the features belongs to rows[r]. Rows are unique, in
/// lexicographic order (batch, x, y, z), and their x, y, z are multiples of the stride; batch is at least 0.
struct VoxelSet {
  std::vector<VoxelCoordinate> rows;
  int stride = 1;  ///< edge of a cell in cells of the finest lattice (MinkowskiEngine's tensor stride)
  bool operator==(const VoxelSet&) const = default;
};

/// Whether the rows are what VoxelSet promises; kUsage with the first row that is not.
Expected<void> check_voxels(const VoxelSet& voxels);

/// Rows that came in another order: row r of `voxels` is row order[r] of those given.
struct SortedVoxels {
  VoxelSet voxels;
  std::vector<std::int32_t> order;
};

/// Sorts rows; kUsage where they are no voxels of that stride or where one is there twice.
Expected<SortedVoxels> sorted_voxels(std::span<const VoxelCoordinate> rows, int stride);

/// One set of several scenes: scene i gets the batch index i, whatever it had; rows follow scene after scene,
/// so that features are concatenated. kUsage when strides differ or a scene has several batch indices.
Expected<VoxelSet> batch_of_scenes(std::span<const VoxelSet> scenes);

}  // namespace alidade
