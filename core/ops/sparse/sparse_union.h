// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/expected.h"
#include "core/ops/sparse/voxel_set.h"

namespace alidade {

/// The cells that are in either of two sets, and where the rows of both are among them.
struct SparseUnion {
  VoxelSet voxels;
  std::vector<std::int32_t> first_rows, second_rows;  ///< [rows of the set] rows of `voxels`
};

/// kUsage where the strides differ, kFailed for more than 2^31 - 1 rows.
Expected<SparseUnion> sparse_union(const VoxelSet& first, const VoxelSet& second);

/// Sum over the union: out [rows of the union, channels]. `Number` is float or double.
template <class Number>
void sparse_union_sum(const SparseUnion& both, const Number* first, const Number* second, int channels,
                      Number* out);

/// out[r] = in[rows[r]], [rows, channels]: the gradient of the sum with respect to either part.
template <class Number>
void gather_rows(const std::vector<std::int32_t>& rows, const Number* in, int channels, Number* out);

}  // namespace alidade
