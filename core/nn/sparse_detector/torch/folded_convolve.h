// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/nn/sparse_detector/torch/selected_convolve.h"

namespace alidade {

/// What follows a convolution at inference: y = relu(x factors + offsets + added).
struct FoldedEnd {
  torch::Tensor factors, offsets;  ///< [out]
  torch::Tensor added;             ///< [outputs, out], undefined = nothing
  bool relu = false;
};

// The convolutions of sparse_functions.h and selected_convolve.h with their end folded into weights, bias and
// what rows begin with. float32, without gradients.

torch::Tensor convolve_folded(const torch::Tensor& x, const torch::Tensor& weight, const BatchMaps& maps,
                              const FoldedEnd& end);
torch::Tensor convolve_folded(const torch::Tensor& x, const torch::Tensor& gamma, const KernelPair& kernels,
                              const BatchMaps& maps, const FoldedEnd& end);

}  // namespace alidade
