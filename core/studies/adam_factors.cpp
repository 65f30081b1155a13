// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/io/safetensors.h"
#include "core/studies/contention.h"

namespace alidade {
namespace {

constexpr double kAdamBeta2 = 0.999, kAdamEpsilon = 1e-8;

/// Steps that a state has seen; 0 where it does not say.
std::int64_t steps_of(const SafeTensors& state) {
  const auto found = state.tensors.find("step");
  std::int64_t steps = 0;
  if (found != state.tensors.end() && found->second.dtype == "I64" &&
      found->second.bytes.size() == sizeof steps) {
    std::memcpy(&steps, found->second.bytes.data(), sizeof steps);
  }
  return steps;
}

}  // namespace

Expected<ParameterValues> adam_factors(const Model& model, const std::filesystem::path& path) {
  const auto state = read_safetensors(path);
  if (!state) {
    return state.error();
  }
  const std::int64_t steps = steps_of(*state);
  if (steps < 1) {
    return input_error(path.string(), "tensor \"step\"", "it is missing or 0",
                       "give the state.safetensors of a training that has begun");
  }
  const double correction = 1.0 - std::pow(kAdamBeta2, static_cast<double>(steps));
  ParameterValues factors;
  for (const ParameterInfo& parameter : model.parameters()) {
    const std::string name = "moment2." + parameter.name;
    const auto found = state->tensors.find(name);
    if (found == state->tensors.end() || found->second.dtype != "F32" ||
        found->second.shape != parameter.shape) {
      return input_error(path.string(), "tensor \"" + name + "\"", "it is missing or of another shape",
                         "give the state of the training that made the checkpoint");
    }
    std::vector<float> values(found->second.bytes.size() / sizeof(float));
    std::memcpy(values.data(), found->second.bytes.data(), found->second.bytes.size());
    for (float& value : values) {
      value = static_cast<float>(1.0 / (std::sqrt(std::max(0.0f, value) / correction) + kAdamEpsilon));
    }
    factors.emplace(parameter.name, std::move(values));
  }
  return factors;
}

}  // namespace alidade
