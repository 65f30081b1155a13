// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include <torch/torch.h>

#include "core/base/expected.h"

namespace alidade {

/// Bias correction (Nagel et al. 2019) of every QuantizableConv in `network` whose weight is quantized: its
/// bias, or the running mean of its norm, keeps the mean of its output over what passes while `forward` runs
/// the float32 network. See corrected_bias.
Expected<void> correct_biases(torch::nn::Module& network, const std::function<void()>& forward);

}  // namespace alidade
