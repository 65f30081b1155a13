// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/base/expected.h"
#include "core/nn/model.h"

namespace alidade {

/// Its numbers, row-major, whatever type they have.
std::vector<float> plain_values(const torch::Tensor& tensor);

// What Model says of its parameters, for networks that are torch modules.

std::vector<ParameterInfo> module_parameters(const torch::nn::Module& module);
Expected<std::vector<float>> module_values(const torch::nn::Module& module, const std::string& parameter);
Expected<void> set_module_values(torch::nn::Module& module, const std::string& parameter,
                                 std::span<const float> values);

/// SHA-256 over names and bytes of all parameters and buffers.
std::string module_digest(const torch::nn::Module& module);

/// Gradients of a scalar for all parameters. The module's own gradients are not touched.
ParameterValues module_gradients(const torch::nn::Module& module, const torch::Tensor& loss);

}  // namespace alidade
