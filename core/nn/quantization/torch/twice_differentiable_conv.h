// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include <torch/types.h>

namespace alidade {

/// torch::conv2d with zero padding, whose second derivatives are convolutions of the same shapes again:
/// torch's own turn batch into channels and kernels into images, which is slow. The same values and
/// gradients. `bias` may be undefined.
torch::Tensor twice_differentiable_conv2d(const torch::Tensor& input, const torch::Tensor& weight,
                                          const torch::Tensor& bias, std::int64_t stride,
                                          std::int64_t padding);

}  // namespace alidade
