// SPDX-License-Identifier: BSD-3-Clause
// What is measured, and how the scores go together.
#include <algorithm>
#include <iterator>
#include <map>

#include "core/evaluation/statistics/rank_correlation.h"
#include "core/studies/quantization_sensitivity.h"

namespace alidade {

std::vector<SensitivityPart> sensitivity_modules(const KeypointNetwork& network) {
  const auto weights = keypoint_weights(network);
  std::vector<SensitivityPart> parts;
  for (const ParameterSet& module : network.modules()) {
    SensitivityPart& part = parts.emplace_back(SensitivityPart{module.name, {}});
    std::copy_if(
        module.parameters.begin(), module.parameters.end(), std::back_inserter(part.weights),
        [&](const auto& name) { return std::find(weights.begin(), weights.end(), name) != weights.end(); });
  }
  return parts;
}

std::vector<SensitivityPart> sensitivity_layers(const KeypointNetwork& network) {
  std::vector<SensitivityPart> parts;
  for (const std::string& weight : keypoint_weights(network)) {
    parts.push_back({weight, {weight}});
  }
  return parts;
}

std::vector<ScoreCorrelation> score_correlations(const std::vector<SweepSensitivity>& sensitivities) {
  std::map<std::string, std::map<std::string, double>> by_score;
  for (const SweepSensitivity& one : sensitivities) {
    by_score[one.score][one.part] = one.number.value;
  }
  std::vector<ScoreCorrelation> correlations;
  for (auto a = by_score.begin(); a != by_score.end(); ++a) {
    for (auto b = std::next(a); b != by_score.end(); ++b) {
      std::vector<double> left, right;
      for (const auto& [part, value] : a->second) {
        if (const auto other = b->second.find(part); other != b->second.end()) {
          left.push_back(value);
          right.push_back(other->second);
        }
      }
      if (const auto value = rank_correlation(left, right)) {
        correlations.push_back({a->first, b->first, left.size(), *value});
      }
    }
  }
  return correlations;
}

}  // namespace alidade
