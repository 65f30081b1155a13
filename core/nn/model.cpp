// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/model.h"

#include <algorithm>

namespace alidade {
namespace {

bool lies_below(const std::string& name, const std::string& prefix) {
  return name == prefix || name.starts_with(prefix + ".");
}

}  // namespace

std::int64_t Model::num_parameters() const {
  std::int64_t total = 0;
  for (const ParameterInfo& parameter : parameters()) {
    std::int64_t count = 1;
    for (const std::int64_t extent : parameter.shape) {
      count *= extent;
    }
    total += count;
  }
  return total;
}

Expected<BatchLoss> Model::aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                       const LossAspect& aspect, ParameterValues* gradients) {
  if (!aspect.is_whole()) {
    return Error{ErrorCode::kUsage, architecture() + " has its loss as a whole alone."};
  }
  return loss(batch, seed, gradients);
}

ModelRouting Model::routing(const std::vector<std::string>&) const {
  return {};
}

std::vector<ParameterSet> parameter_sets(const std::vector<ParameterInfo>& parameters,
                                         const std::vector<PartRule>& rules) {
  std::vector<ParameterSet> sets;
  for (const PartRule& rule : rules) {
    ParameterSet& set = sets.emplace_back(ParameterSet{rule.name, {}});
    for (const ParameterInfo& parameter : parameters) {
      if (std::any_of(rule.prefixes.begin(), rule.prefixes.end(),
                      [&](const std::string& prefix) { return lies_below(parameter.name, prefix); })) {
        set.parameters.push_back(parameter.name);
      }
    }
  }
  return sets;
}

}  // namespace alidade
