// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/kernel_selection_numbers.h"

#include "core/nn/sparse_detector/torch/kernel_selection.h"

namespace alidade {
namespace {

torch::Tensor selection_tensor(const SelectionArray& array) {
  torch::Tensor tensor = torch::empty(array.shape, torch::kFloat64);
  std::copy(array.values.begin(), array.values.end(), tensor.data_ptr<double>());
  return tensor;
}

SelectionArray selection_array(const torch::Tensor& tensor) {
  const auto plain = tensor.detach().contiguous();
  return {plain.sizes().vec(), {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()}};
}

/// The module's parameters and those of the arrays.
const std::pair<const char*, const char*> kSameNames[] = {
    {"shared", "weight_shared"},  {"offset_logits", "offset_logits"},
    {"projection", "projection"}, {"prototypes", "prototypes"},
    {"tlm_a1", "tlm_a1"},         {"tlm_b1", "tlm_b1"},
    {"tlm_a2", "tlm_a2"},         {"tlm_b2", "tlm_b2"},
    {"gate_a1", "gate_a1"},       {"gate_b1", "gate_b1"},
    {"gate_a2", "gate_a2"},       {"gate_b2", "gate_b2"},
};

void put_values(SelectionArrays& out, const SelectionValues& v, const torch::Tensor& result) {
  const std::pair<const char*, const torch::Tensor*> values[] = {
      {"phi", &v.phi},     {"theta", &v.theta},
      {"alpha", &v.alpha}, {"modulated", &v.modulated},
      {"beta", &v.beta},   {"mean_cosine", &v.mean_cosine},
      {"gamma", &v.gamma}, {"alpha_beta", &v.alpha_beta},
      {"gate", &v.gate},   {"weight", &v.weight},
      {"out", &result},    {"conv", &v.convolved}};
  for (const auto& [name, value] : values) {
    out[std::string("value_") + name] = selection_array(*value);
  }
}

}  // namespace

SelectionArrays kernel_selection_numbers(const SelectionArrays& in, const std::vector<KernelMap>& scenes,
                                         int kernel, int source, double tau, KernelChoice choice) {
  const auto tensor = [&](const std::string& name) { return selection_tensor(in.at(name)); };
  const torch::Tensor exclusive = tensor("param_weight_exclusive");
  const auto embeddings = tensor("param_scene_embedding").requires_grad_();
  DetectorConfig config;
  config.choice = choice;
  config.tau = tau;
  config.embedding_width = static_cast<int>(embeddings.size(1));
  config.hidden_width = static_cast<int>(tensor("param_tlm_a1").size(1));
  config.structure_width = static_cast<int>(tensor("param_projection").size(1));
  SelectedConvolution module(
      SelectionSizes{exclusive.size(2), exclusive.size(3), kernel, static_cast<int>(exclusive.size(0))},
      config, 0);
  module->to(torch::kFloat64);
  auto parameters = module->named_parameters();
  {
    const torch::NoGradGuard no_gradient;
    for (const auto& [own, other] : kSameNames) {
      parameters[own].copy_(tensor(std::string("param_") + other));
    }
    for (std::int64_t k = 0; k < exclusive.size(0); ++k) {
      parameters["source" + std::to_string(k)].copy_(exclusive[k]);
    }
  }
  BatchMaps maps;
  for (const KernelMap& map : scenes) {
    maps.scenes.push_back(&map);
  }
  const auto features = tensor("features").requires_grad_();
  SelectionValues values;
  const torch::Tensor result = module->forward(features, embeddings[source], source, maps, &values);
  (result * tensor("grad_out")).sum().backward();

  SelectionArrays out;
  put_values(out, values, result);
  const auto gradient = [](const torch::Tensor& of) {
    return of.grad().defined() ? of.grad() : torch::zeros_like(of);
  };
  out["grad_features"] = selection_array(gradient(features));
  out["grad_scene_embedding"] = selection_array(gradient(embeddings));
  for (const auto& [own, other] : kSameNames) {
    out[std::string("grad_") + other] = selection_array(gradient(parameters[own]));
  }
  std::vector<torch::Tensor> of_sources;
  for (std::int64_t k = 0; k < exclusive.size(0); ++k) {
    of_sources.push_back(gradient(parameters["source" + std::to_string(k)]));
  }
  out["grad_weight_exclusive"] = selection_array(torch::stack(of_sources));
  return out;
}

}  // namespace alidade
