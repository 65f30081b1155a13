// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <torch/torch.h>

#include "core/quant/trace.h"

namespace alidade {

/// H v for the Hessian of a scalar loss by these weights, one after the other, all at once: the graph of the
/// gradient is made once and kept for as long as the product lives. The network must not change meanwhile.
HessianProduct loss_hessian(const torch::Tensor& loss, std::vector<torch::Tensor> weights);

}  // namespace alidade
