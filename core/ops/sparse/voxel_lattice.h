// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/base/expected.h"
#include "core/ops/sparse/voxel_set.h"

namespace alidade {

/// Rows are counted in 32 bits.
inline constexpr std::size_t kMostSparseRows = std::numeric_limits<std::int32_t>::max();

/// What a map gets whose coordinates do not fit.
Error coordinates_too_far();

/// The offsets of one axis: first .. first + count - 1.
struct KernelAxis {
  explicit KernelAxis(int kernel) : first(kernel % 2 == 1 ? -(kernel / 2) : 0), count(kernel) {}
  int first, count;
  int last() const { return first + count - 1; }
  int reach() const { return std::max(-first, last()); }
  /// Where the weights of an offset lie; x runs fastest.
  int index(int x, int y, int z) const { return ((z - first) * count + (y - first)) * count + (x - first); }
};

/// Cells of the lattice of `edge`, a multiple of the rows' stride, that hold rows.
Expected<VoxelSet> coarse_voxels(const VoxelSet& fine, int edge);

/// All cells at the offsets of a kernel from the rows, in cells of `edge`.
Expected<VoxelSet> hit_voxels(const VoxelSet& inputs, const KernelAxis& axis, int edge);

}  // namespace alidade
