// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/ops/sparse/kernel_map.h"

namespace alidade {

// Features are [rows, channels] row-major, weights [volume, in, out] in the order of kernel_offsets().
// Every value is summed in an order that depends on the map alone: results are equal bit for bit for any
// number of threads. The instruction set is chosen at run time (AVX-512, AVX2, SSE4, portable); sets differ
// in the last bits. Buffers must not overlap. Nothing is written for an empty set.

/// Weights of a sparse convolution, laid out for the kernels. Worth keeping while the weights stay.
class SparseWeights {
 public:
  SparseWeights() = default;
  /// Weights as they are. `factors`, if any, are [out] and scale output channels (folded batch norm).
  SparseWeights(const float* weights, int volume, int in_channels, int out_channels,
                const float* factors = nullptr);
  /// The same from where those of each offset lie, [in, out].
  SparseWeights(std::span<const float* const> offsets, int in_channels, int out_channels,
                const float* factors = nullptr);
  /// Those of the input gradient: the same weights from outputs to inputs.
  static SparseWeights transposed(std::span<const float* const> offsets, int in_channels, int out_channels);

  int volume() const { return volume_; }
  int in_channels() const { return in_channels_; }    ///< of what the kernels read
  int out_channels() const { return out_channels_; }  ///< of what they write
  /// [in, padded out] of one offset: panels of panel_columns() columns, [panel][in][column], padded with
  /// zeros.
  const float* offset(int index) const { return values_.get() + first_ + index * offset_values(); }
  std::size_t offset_values() const;
  int panel_columns() const { return panel_columns_; }

 private:
  SparseWeights(int volume, int in_channels, int out_channels);
  float* offset(int index) { return values_.get() + first_ + index * offset_values(); }

  int volume_ = 0, in_channels_ = 0, out_channels_ = 0, panel_columns_ = 0;
  std::size_t first_ = 0;  ///< of the first value on a cache line's border
  std::unique_ptr<float[]> values_;
};

/// Where the weights of each offset lie among all, [volume, in, out].
std::vector<const float*> offset_weights(const float* weights, int volume, int in_channels, int out_channels);

/// What an output row begins and ends with.
struct SparseEpilogue {
  const float* bias = nullptr;   ///< [out]
  const float* added = nullptr;  ///< [outputs, out] is added (a shortcut)
  bool relu = false;             ///< at the end
};

/// out[o] = sum over pairs (i, o) of offset j of in[i] W_j, [outputs, out]; outputs without a pair become the
/// bias and what is added, or 0.
void sparse_convolution(const KernelMap& map, const float* in, const SparseWeights& weights, float* out,
                        int threads = 1, const SparseEpilogue& epilogue = {});
/// The same from plain weights.
void sparse_convolution(const KernelMap& map, const float* in, int in_channels, const float* weights,
                        int out_channels, float* out, int threads = 1, const SparseEpilogue& epilogue = {});

/// grad_in[i] = sum over pairs (i, o) of offset j of W_j grad_out[o], [inputs, in].
void sparse_convolution_input_gradient(const KernelMap& map, const float* grad_out, int out_channels,
                                       const float* weights, int in_channels, float* grad_in,
                                       int threads = 1);
/// The same from SparseWeights::transposed.
void sparse_convolution_input_gradient(const KernelMap& map, const float* grad_out,
                                       const SparseWeights& transposed, float* grad_in, int threads = 1);

/// grad_weights[j] = sum over pairs (i, o) of offset j of in[i]^T grad_out[o], [volume, in, out].
void sparse_convolution_weight_gradient(const KernelMap& map, const float* in, int in_channels,
                                        const float* grad_out, int out_channels, float* grad_weights,
                                        int threads = 1);

/// grad_bias[c] = sum of grad_out over the rows, in double precision; [channels].
void sparse_bias_gradient(const float* grad_out, std::size_t rows, int channels, float* grad_bias);

}  // namespace alidade
