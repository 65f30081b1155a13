// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/sparse_union.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "core/ops/sparse/voxel_lattice.h"

namespace alidade {

Expected<SparseUnion> sparse_union(const VoxelSet& first, const VoxelSet& second) {
  if (first.stride != second.stride) {
    return usage_error("Sparse tensors of the strides " + std::to_string(first.stride) + " and " +
                       std::to_string(second.stride) + " have no union.");
  }
  SparseUnion both;
  both.voxels.stride = first.stride;
  auto& rows = both.voxels.rows;
  rows.reserve(std::max(first.rows.size(), second.rows.size()));
  auto a = first.rows.begin();
  auto b = second.rows.begin();
  while (a != first.rows.end() || b != second.rows.end()) {
    if (rows.size() >= kMostSparseRows) {
      return Error{ErrorCode::kFailed, "The union of sparse tensors would have more than 2^31 - 1 rows."};
    }
    const bool from_first = b == second.rows.end() || (a != first.rows.end() && *a <= *b);
    const bool from_second = a == first.rows.end() || (b != second.rows.end() && *b <= *a);
    const auto row = static_cast<std::int32_t>(rows.size());
    rows.push_back(from_first ? *a : *b);
    if (from_first) {
      both.first_rows.push_back(row);
      ++a;
    }
    if (from_second) {
      both.second_rows.push_back(row);
      ++b;
    }
  }
  return both;
}

template <class Number>
void sparse_union_sum(const SparseUnion& both, const Number* first, const Number* second, int channels,
                      Number* out) {
  std::fill_n(out, both.voxels.rows.size() * channels, Number{0});
  const auto add = [&](const std::vector<std::int32_t>& rows, const Number* values) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Number* const to = out + static_cast<std::size_t>(rows[i]) * channels;
      for (int c = 0; c < channels; ++c) {
        to[c] += values[i * channels + c];
      }
    }
  };
  add(both.first_rows, first);
  add(both.second_rows, second);
}

template <class Number>
void gather_rows(const std::vector<std::int32_t>& rows, const Number* in, int channels, Number* out) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::copy_n(in + static_cast<std::size_t>(rows[i]) * channels, channels, out + i * channels);
  }
}

template void sparse_union_sum(const SparseUnion&, const float*, const float*, int, float*);
template void sparse_union_sum(const SparseUnion&, const double*, const double*, int, double*);
template void gather_rows(const std::vector<std::int32_t>&, const float*, int, float*);
template void gather_rows(const std::vector<std::int32_t>&, const double*, int, double*);

}  // namespace alidade
