// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/hypothesis_set.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/geometry/so3_statistics.h"

namespace alidade {
namespace {

/// Indices by falling energy of one part.
std::vector<std::size_t> ranking(std::span<const std::array<double, 2>> energies, std::size_t part) {
  std::vector<std::size_t> order(energies.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return energies[a][part] > energies[b][part]; });
  return order;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

HypothesisErrors hypothesis_errors(std::span<const Rigid3> samples, const Rigid3& truth,
                                   const SymmetryGroup& symmetry) {
  HypothesisErrors errors;
  for (const Rigid3& sample : samples) {
    errors.rotation.push_back(symmetric_rotation_distance(truth.R, sample.R, symmetry));
    const Eigen::Vector3d away = sample.t - truth.t;
    const double distance = away.norm();  // its squares overflow on the path of a sampler that diverges
    errors.translation.push_back(std::isfinite(distance) ? distance : away.stableNorm());
  }
  return errors;
}

ErrorSummary summarize(std::vector<double> errors) {
  std::sort(errors.begin(), errors.end());
  const std::size_t half = errors.size() / 2;
  return {mean(errors), errors.size() % 2 == 1 ? errors[half] : 0.5 * (errors[half - 1] + errors[half]),
          errors.front()};
}

double share_within(const HypothesisErrors& errors, double rotation, double translation) {
  std::size_t inside = 0;
  for (std::size_t i = 0; i < errors.rotation.size(); ++i) {
    inside += errors.rotation[i] <= rotation && errors.translation[i] <= translation ? 1 : 0;
  }
  return static_cast<double>(inside) / static_cast<double>(errors.rotation.size());
}

EnergyScores energy_scores(std::span<const Rigid3> samples, const Rigid3& truth,
                           const SymmetryGroup& symmetry) {
  const HypothesisErrors errors = hypothesis_errors(samples, truth, symmetry);
  double rotation = 0.0, translation = 0.0;  // over unordered pairs: half of the double sum
  for (std::size_t i = 0; i < samples.size(); ++i) {
    for (std::size_t j = i + 1; j < samples.size(); ++j) {
      rotation += symmetric_rotation_distance(samples[i].R, samples[j].R, symmetry);
      translation += (samples[i].t - samples[j].t).norm();
    }
  }
  const double pairs = static_cast<double>(samples.size()) * static_cast<double>(samples.size());
  return {mean(errors.rotation) - rotation / pairs, mean(errors.translation) - translation / pairs};
}

RankedHypotheses rank_hypotheses(std::span<const Rigid3> samples,
                                 std::span<const std::array<double, 2>> energies) {
  const auto by_rotation = ranking(energies, 0);
  const auto by_translation = ranking(energies, 1);
  RankedHypotheses ranked;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    ranked.poses.push_back({samples[by_rotation[i]].R, samples[by_translation[i]].t});
    ranked.energies.push_back({energies[by_rotation[i]][0], energies[by_translation[i]][1]});
  }
  return ranked;
}

Rigid3 average_of_best(std::span<const Rigid3> ranked, double ratio) {
  const auto kept = static_cast<std::size_t>(ratio * static_cast<double>(ranked.size()));
  return mean_pose(ranked.first(std::clamp<std::size_t>(kept, 1, ranked.size())));
}

}  // namespace alidade
