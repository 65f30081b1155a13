// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/kernel_gradients.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/io/safetensors.h"

namespace alidade {
namespace {

const std::string kSecondMoments = "moment2.";

/// By offset, the root of the sum of second moments; a moment that is not zero never looks like one.
Expected<std::vector<float>> moment_norms(const SafeTensors& state, const std::string& parameter,
                                          std::size_t offsets, const std::string& file) {
  const auto found = state.tensors.find(kSecondMoments + parameter);
  const bool fits = found != state.tensors.end() && !found->second.shape.empty() &&
                    found->second.shape.front() == static_cast<std::int64_t>(offsets);
  if (!fits) {
    return input_error(file, kSecondMoments + parameter,
                       "expected the second moments of " + std::to_string(offsets) + " offsets",
                       "name the state.safetensors of the run that made this network");
  }
  const auto moments = tensor_values(found->second);
  const std::size_t width = offsets == 0 ? 0 : moments.size() / offsets;
  std::vector<float> norms;
  for (std::size_t j = 0; j < offsets; ++j) {
    double sum = 0.0;
    for (std::size_t i = j * width; i < (j + 1) * width; ++i) {
      sum += std::abs(moments[i]);
    }
    norms.push_back(sum > 0.0 ? std::max(static_cast<float>(std::sqrt(sum)), 1e-38f) : 0.0f);
  }
  return norms;
}

}  // namespace

Expected<void> add_seen_gradients(KernelSharing& sharing, const std::filesystem::path& state) {
  const auto read = read_safetensors(state);
  if (!read) {
    return read.error();
  }
  // First all, then none is half filled.
  std::vector<std::pair<KernelUse*, std::vector<float>>> filled;
  for (LayerSharing& layer : sharing.layers) {
    std::vector<std::pair<std::string, KernelUse*>> kernels{{layer.name + ".shared", &layer.shared}};
    for (std::size_t k = 0; k < layer.sources.size(); ++k) {
      kernels.emplace_back(layer.name + ".source" + std::to_string(k), &layer.sources[k].exclusive);
    }
    for (const auto& [parameter, use] : kernels) {
      auto norms = moment_norms(*read, parameter, layer.offsets.size(), state.string());
      if (!norms) {
        return norms.error();
      }
      filled.emplace_back(use, std::move(*norms));
    }
  }
  for (auto& [use, norms] : filled) {
    use->gradient = std::move(norms);
  }
  return {};
}

}  // namespace alidade
