// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/expected.h"
#include "core/ops/sparse/voxel_set.h"

namespace alidade {

/// Points sorted into cubic cells. A point that is rejected belongs to no voxel.
struct Voxelization {
  VoxelSet voxels;                           ///< stride 1
  std::vector<std::int32_t> point_to_voxel;  ///< [n] row of `voxels`; -1 for a rejected point
  std::vector<std::int32_t> count;           ///< [voxels] points of it
  std::vector<std::int32_t> first_point;     ///< [voxels] the lowest index among its points
  std::size_t not_finite = 0;                ///< rejected: a coordinate is NaN or infinite
  std::size_t outside_int32 = 0;             ///< rejected: a cell index does not fit 32 bits (never wrapped)
};

/// Cells of n points, [n, 3] row-major in metres, with edges of `size_m` metres: index = floor(p / size_m),
/// where p is widened to double and divided in IEEE double precision (no reciprocal, which moves points that
/// lie on a border). Memory is proportional to n, wherever the points lie. kUsage for a size that is not
/// finite and positive, a length that is no multiple of 3, more than 2^31 - 1 points, a negative batch.
Expected<Voxelization> voxelize(std::span<const float> points, double size_m, int batch = 0);
Expected<Voxelization> voxelize(std::span<const double> points, double size_m, int batch = 0);

/// Means of features over the points of each voxel: [n, channels] -> [voxels, channels]; rejected points
/// count nowhere. Sums run in double precision in the order of the points.
void voxel_means(const Voxelization& voxelization, const float* features, int channels, float* means);
void voxel_means(const Voxelization& voxelization, const double* features, int channels, double* means);

}  // namespace alidade
