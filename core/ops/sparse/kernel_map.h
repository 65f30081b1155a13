// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/expected.h"
#include "core/ops/sparse/voxel_set.h"

namespace alidade {

/// Which input row meets which output row at which offset of a kernel. The pairs of offset j are
/// begin[j] <= p < begin[j + 1]. Within an offset, input rows and output rows both strictly increase: a
/// translation keeps the lexicographic order.
struct KernelMap {
  std::size_t inputs = 0, outputs = 0;                ///< rows
  std::vector<std::int64_t> begin;                    ///< [volume + 1]
  std::vector<std::int32_t> input_rows, output_rows;  ///< [pairs]

  int volume() const { return begin.empty() ? 0 : static_cast<int>(begin.size()) - 1; }
  std::int64_t pairs() const { return begin.empty() ? 0 : begin.back(); }
  std::int64_t pairs_of(int offset) const { return begin[offset + 1] - begin[offset]; }
};

/// A kernel map whose outputs are a set of their own.
struct MappedVoxels {
  VoxelSet outputs;
  KernelMap map;
};

/// The offsets of a cubic kernel, [kernel^3], in cells of the finer lattice: x runs fastest, then y, then z;
/// odd kernels are centered, even ones one-sided (0 .. kernel - 1). Weights lie in this order: [volume, in,
/// out].
std::vector<std::array<int, 3>> kernel_offsets(int kernel);

// All of them: kernel 1 to 9, strides at least 1, kUsage otherwise; kFailed where rows or pairs exceed 32
// bits or coordinates of the outputs leave int32. Time and memory go with rows and pairs, never with the
// volume.

/// Outputs are the inputs: out[o] = sum_j in[o + offset_j * stride of the set] W_j.
Expected<KernelMap> submanifold_map(const VoxelSet& inputs, int kernel);

/// Outputs are the cells of the coarser lattice that hold inputs, floor(c / (s t)) * (s t), t the inputs'
/// stride: out[o] = sum_j in[o + offset_j t] W_j. Kernel 1 reads only the inputs on the coarse lattice. With
/// stride 1 the outputs are the inputs.
Expected<MappedVoxels> strided_map(const VoxelSet& inputs, int kernel, int stride);

/// Generative transposed convolution: out[c + offset_j t_out] += in[c] W_j with t_out = t / stride; outputs
/// are all cells that are hit. kUsage where the stride does not divide that of the inputs.
Expected<MappedVoxels> transposed_map(const VoxelSet& inputs, int kernel, int stride);

/// A transposed convolution onto a set that is there: out[o] = sum of in[c] W_j where c + offset_j t_out = o.
Expected<KernelMap> transposed_map_onto(const VoxelSet& inputs, const VoxelSet& outputs, int kernel);

/// The map that leads back: pairs with their sides exchanged, the transposed convolution of a strided one (as
/// decoders have it).
KernelMap reversed_map(KernelMap map);

}  // namespace alidade
