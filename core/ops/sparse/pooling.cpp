// SPDX-License-Identifier: BSD-3-Clause
#include "core/ops/sparse/pooling.h"

#include <algorithm>
#include <cstddef>

namespace alidade {
namespace {

/// to[to_rows[p]] += from[from_rows[p]] for every pair.
template <class Number>
void add_rows(const std::vector<std::int32_t>& from_rows, const std::vector<std::int32_t>& to_rows,
              const Number* from, int channels, Number* to) {
  for (std::size_t p = 0; p < from_rows.size(); ++p) {
    const Number* const source = from + static_cast<std::size_t>(from_rows[p]) * channels;
    Number* const target = to + static_cast<std::size_t>(to_rows[p]) * channels;
    for (int c = 0; c < channels; ++c) {
      target[c] += source[c];
    }
  }
}

}  // namespace

template <class Number>
void sparse_sum_pooling(const KernelMap& map, const Number* in, int channels, Number* out) {
  std::fill_n(out, map.outputs * channels, Number{0});
  add_rows(map.input_rows, map.output_rows, in, channels, out);
}

template <class Number>
void sparse_sum_pooling_gradient(const KernelMap& map, const Number* grad_out, int channels,
                                 Number* grad_in) {
  std::fill_n(grad_in, map.inputs * channels, Number{0});
  add_rows(map.output_rows, map.input_rows, grad_out, channels, grad_in);
}

template <class Number>
void sparse_max_pooling(const KernelMap& map, const Number* in, int channels, Number* out,
                        std::int32_t* winner) {
  std::fill_n(out, map.outputs * channels, Number{0});
  std::fill_n(winner, map.outputs * channels, -1);
  for (std::size_t p = 0; p < map.input_rows.size(); ++p) {
    const std::int32_t row = map.input_rows[p];
    const Number* const values = in + static_cast<std::size_t>(row) * channels;
    const std::size_t first = static_cast<std::size_t>(map.output_rows[p]) * channels;
    for (int c = 0; c < channels; ++c) {
      const bool is_first_nan = values[c] != values[c] && out[first + c] == out[first + c];
      if (winner[first + c] < 0 || values[c] > out[first + c] || is_first_nan) {
        out[first + c] = values[c];
        winner[first + c] = row;
      }
    }
  }
}

template <class Number>
void sparse_max_pooling_gradient(const KernelMap& map, const std::int32_t* winner, const Number* grad_out,
                                 int channels, Number* grad_in) {
  std::fill_n(grad_in, map.inputs * channels, Number{0});
  for (std::size_t i = 0; i < map.outputs * channels; ++i) {
    if (winner[i] >= 0) {
      grad_in[static_cast<std::size_t>(winner[i]) * channels + i % channels] += grad_out[i];
    }
  }
}

template void sparse_sum_pooling(const KernelMap&, const float*, int, float*);
template void sparse_sum_pooling(const KernelMap&, const double*, int, double*);
template void sparse_sum_pooling_gradient(const KernelMap&, const float*, int, float*);
template void sparse_sum_pooling_gradient(const KernelMap&, const double*, int, double*);
template void sparse_max_pooling(const KernelMap&, const float*, int, float*, std::int32_t*);
template void sparse_max_pooling(const KernelMap&, const double*, int, double*, std::int32_t*);
template void sparse_max_pooling_gradient(const KernelMap&, const std::int32_t*, const float*, int, float*);
template void sparse_max_pooling_gradient(const KernelMap&, const std::int32_t*, const double*, int, double*);

}  // namespace alidade
