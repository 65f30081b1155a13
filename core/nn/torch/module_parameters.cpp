// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torch/module_parameters.h"

#include <algorithm>

#include "core/base/sha256.h"

namespace alidade {
namespace {

Expected<torch::Tensor> find_parameter(const torch::nn::Module& module, const std::string& name) {
  const auto parameters = module.named_parameters();
  const torch::Tensor* found = parameters.find(name);
  return found != nullptr ? Expected<torch::Tensor>(*found)
                          : Error{ErrorCode::kUsage, "the network has no parameter \"" + name + "\"."};
}

}  // namespace

std::vector<float> plain_values(const torch::Tensor& tensor) {
  const auto plain = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

std::vector<ParameterInfo> module_parameters(const torch::nn::Module& module) {
  std::vector<ParameterInfo> parameters;
  for (const auto& item : module.named_parameters()) {
    parameters.push_back({item.key(), item.value().sizes().vec()});
  }
  return parameters;
}

Expected<std::vector<float>> module_values(const torch::nn::Module& module, const std::string& parameter) {
  const auto found = find_parameter(module, parameter);
  return found ? plain_values(*found) : Expected<std::vector<float>>(found.error());
}

Expected<void> set_module_values(torch::nn::Module& module, const std::string& parameter,
                                 std::span<const float> values) {
  auto found = find_parameter(module, parameter);
  if (!found) {
    return found.error();
  }
  if (static_cast<std::int64_t>(values.size()) != found->numel()) {
    return Error{ErrorCode::kUsage, "parameter \"" + parameter + "\" has " + std::to_string(found->numel()) +
                                        " values, " + std::to_string(values.size()) + " were given."};
  }
  const torch::NoGradGuard no_gradient;
  auto plain = torch::empty(found->sizes());
  std::copy(values.begin(), values.end(), plain.data_ptr<float>());
  found->copy_(plain);
  return {};
}

std::string module_digest(const torch::nn::Module& module) {
  Sha256 sha;
  for (const auto& tensors : {module.named_parameters(), module.named_buffers()}) {
    for (const auto& item : tensors) {
      const auto plain = item.value().detach().cpu().contiguous();
      sha.add(item.key() + "\n");
      sha.add(plain.data_ptr(), plain.nbytes());
    }
  }
  return sha.hex();
}

ParameterValues module_gradients(const torch::nn::Module& module, const torch::Tensor& loss) {
  const auto named = module.named_parameters();
  const auto gradients = torch::autograd::grad({loss}, named.values(), {}, false, false, true);
  ParameterValues out;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    out[named[i].key()] =
        plain_values(gradients[i].defined() ? gradients[i] : torch::zeros_like(named[i].value()));
  }
  return out;
}

}  // namespace alidade
