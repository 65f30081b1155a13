// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/contention_measurement.h"

#include <utility>

#include "core/nn/registry/open_model.h"

namespace alidade {
namespace {

Expected<void> add_effect(ContentionHistory& history, const SeriesCheckpoint& last,
                          const std::vector<std::shared_ptr<const Dataset>>& sources,
                          const ContentionMeasurement& measurement, const JobContext& job) {
  const auto model = open_model(last.path);
  if (!model) {
    return model.error();
  }
  const auto subset = diagnostic_subset(**model, sources, measurement.contention.subset, job);
  if (!subset) {
    return subset.error();
  }
  auto effect = measure_effect(**model, *subset, measurement.effect, job);
  if (!effect) {
    return effect.error();
  }
  effect->epoch = history.epochs.back().epoch;
  effect->step = history.epochs.back().step;
  history.effects.push_back(std::move(*effect));
  return {};
}

}  // namespace

std::vector<SeriesCheckpoint> thinned_series(const std::vector<SeriesCheckpoint>& series, int every) {
  std::vector<SeriesCheckpoint> kept;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if ((series.size() - 1 - i) % static_cast<std::size_t>(every) == 0) {
      kept.push_back(series[i]);
    }
  }
  return kept;
}

Expected<std::shared_ptr<const ContentionHistory>> measure_history(
    const ContentionMeasurement& measurement, const std::vector<std::shared_ptr<const Dataset>>& sources,
    const JobContext& job) {
  const auto found = checkpoint_series(measurement.runs);
  if (!found) {
    return found.error();
  }
  const auto series = thinned_series(*found, measurement.every);
  const auto measured = measure_contention(series, sources, measurement.contention, job);
  if (!measured) {
    return measured.error();
  }
  auto history = std::make_shared<ContentionHistory>(**measured);
  history->name = measurement.runs.front().filename().string();
  if (measurement.effects) {
    if (auto added = add_effect(*history, series.back(), sources, measurement, job); !added) {
      return added.error();
    }
  }
  return std::shared_ptr<const ContentionHistory>(std::move(history));
}

}  // namespace alidade
