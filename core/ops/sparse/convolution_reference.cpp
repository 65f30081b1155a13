// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/convolution_reference.h"

#include <algorithm>

namespace alidade {
namespace {

/// work(offset, input row, output row) for every pair.
template <class Work>
void for_each_pair(const KernelMap& map, Work&& work) {
  for (int j = 0; j < map.volume(); ++j) {
    for (std::int64_t p = map.begin[j]; p < map.begin[j + 1]; ++p) {
      work(static_cast<std::size_t>(j), static_cast<std::size_t>(map.input_rows[p]),
           static_cast<std::size_t>(map.output_rows[p]));
    }
  }
}

}  // namespace

void sparse_convolution(const KernelMap& map, const double* in, int in_channels, const double* weights,
                        int out_channels, double* out, const double* bias) {
  for (std::size_t i = 0; i < map.outputs * out_channels; ++i) {
    out[i] = bias ? bias[i % out_channels] : 0.0;
  }
  for_each_pair(map, [&](std::size_t j, std::size_t from, std::size_t to) {
    for (int i = 0; i < in_channels; ++i) {
      const double* const row = weights + (j * in_channels + i) * out_channels;
      for (int c = 0; c < out_channels; ++c) {
        out[to * out_channels + c] += in[from * in_channels + i] * row[c];
      }
    }
  });
}

void sparse_convolution_input_gradient(const KernelMap& map, const double* grad_out, int out_channels,
                                       const double* weights, int in_channels, double* grad_in) {
  std::fill_n(grad_in, map.inputs * in_channels, 0.0);
  for_each_pair(map, [&](std::size_t j, std::size_t from, std::size_t to) {
    for (int i = 0; i < in_channels; ++i) {
      const double* const row = weights + (j * in_channels + i) * out_channels;
      for (int c = 0; c < out_channels; ++c) {
        grad_in[from * in_channels + i] += row[c] * grad_out[to * out_channels + c];
      }
    }
  });
}

void sparse_convolution_weight_gradient(const KernelMap& map, const double* in, int in_channels,
                                        const double* grad_out, int out_channels, double* grad_weights) {
  std::fill_n(grad_weights, static_cast<std::size_t>(map.volume()) * in_channels * out_channels, 0.0);
  for_each_pair(map, [&](std::size_t j, std::size_t from, std::size_t to) {
    for (int i = 0; i < in_channels; ++i) {
      double* const row = grad_weights + (j * in_channels + i) * out_channels;
      for (int c = 0; c < out_channels; ++c) {
        row[c] += in[from * in_channels + i] * grad_out[to * out_channels + c];
      }
    }
  });
}

}  // namespace alidade
