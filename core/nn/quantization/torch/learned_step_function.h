// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/types.h>

#include "core/nn/quantization/step_kernels.h"

namespace alidade {

/// LSQ in one pass over float32 `values` and one back: step * code of values / step (see StepLevels).
/// `steps` is [1], or [rows] for the first axis of `values`; its gradient is `gradient_scale` times that of
/// the straight-through surrogate. Gradients have no derivatives of their own. Results do not depend on the
/// number of threads.
torch::Tensor learned_step(const torch::Tensor& values, const torch::Tensor& steps, const StepLevels& levels,
                           double gradient_scale);

}  // namespace alidade
