// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "core/ops/sparse/kernel_map.h"

namespace alidade {

// Pooling over the pairs of a kernel map, offsets do not matter. Features are [rows, channels] row-major;
// maps come from strided_map. `Number` is float or double.

/// out[o] = sum of in[i] over the pairs of o; 0 where there is none.
template <class Number>
void sparse_sum_pooling(const KernelMap& map, const Number* in, int channels, Number* out);
template <class Number>
void sparse_sum_pooling_gradient(const KernelMap& map, const Number* grad_out, int channels, Number* grad_in);

/// out[o] = the largest in[i] over the pairs of o, channel by channel, and `winner` its input row, both
/// [outputs, channels]. Of equal ones the first in the order of offsets wins, a NaN wins over all. 0 and -1
/// where there is no pair.
template <class Number>
void sparse_max_pooling(const KernelMap& map, const Number* in, int channels, Number* out,
                        std::int32_t* winner);
/// grad_in [inputs, channels]: every output gives its gradient to its winner.
template <class Number>
void sparse_max_pooling_gradient(const KernelMap& map, const std::int32_t* winner, const Number* grad_out,
                                 int channels, Number* grad_in);

}  // namespace alidade
