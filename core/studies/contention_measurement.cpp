// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/contention_measurement.h"

#include <utility>

namespace alidade {
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
    if (auto added = add_effect(*history, series.back(), sources, measurement.contention,
                                measurement.effect, job); !added) {
      return added.error();
    }
  }
  return std::shared_ptr<const ContentionHistory>(std::move(history));
}

}  // namespace alidade
