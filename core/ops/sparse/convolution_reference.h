// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/ops/sparse/kernel_map.h"

namespace alidade {

// The definitions of core/ops/sparse/convolution.h in double precision, pair by pair: what tests compare
// with, and what computes networks in double precision. Shapes as there.

void sparse_convolution(const KernelMap& map, const double* in, int in_channels, const double* weights,
                        int out_channels, double* out, const double* bias = nullptr);
void sparse_convolution_input_gradient(const KernelMap& map, const double* grad_out, int out_channels,
                                       const double* weights, int in_channels, double* grad_in);
void sparse_convolution_weight_gradient(const KernelMap& map, const double* in, int in_channels,
                                        const double* grad_out, int out_channels, double* grad_weights);

}  // namespace alidade
