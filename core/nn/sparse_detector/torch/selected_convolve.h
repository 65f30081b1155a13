// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/nn/sparse_detector/torch/sparse_functions.h"

namespace alidade {

/// Two kernels [V, in, out] of which every scene takes one at each offset.
struct KernelPair {
  torch::Tensor shared, exclusive;
};

/// sparse_convolve with W_sj = gamma_sj shared_j + (1 - gamma_sj) exclusive_j for scene s, whose gradients
/// are those of this sum. `gamma` is [S, V] of 0 and 1, so that no weights of a scene have to be made.
torch::Tensor convolve_selected(const torch::Tensor& x, const torch::Tensor& gamma, const KernelPair& kernels,
                                const BatchMaps& maps);

}  // namespace alidade
