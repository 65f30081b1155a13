// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/contention_training.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace alidade {
namespace {

using Figure = double ContentionPoint::*;

std::vector<double> axis_of(const ContentionHistory& history) {
  std::vector<double> steps, epochs;
  for (const ContentionEpoch& epoch : history.epochs) {
    steps.push_back(static_cast<double>(epoch.step));
    epochs.push_back(epoch.epoch);
  }
  const bool rises = std::adjacent_find(steps.begin(), steps.end(),
                                        [](double a, double b) { return a >= b; }) == steps.end();
  return rises ? steps : epochs;
}

std::vector<double> values_of(const ContentionSeries& series, Figure figure) {
  std::vector<double> values;
  for (const ContentionPoint& point : series.points) {
    values.push_back(point.stationary ? std::numeric_limits<double>::quiet_NaN() : point.*figure);
  }
  return values;
}

TrainingSeries series_of(const std::string& name, const std::vector<double>& axis,
                         const ContentionSeries& series, Figure figure, Figure low = nullptr,
                         Figure high = nullptr) {
  TrainingSeries made{"contention/" + name, axis, values_of(series, figure)};
  if (low == nullptr || high == nullptr) {
    return made;
  }
  made.low = values_of(series, low);
  made.high = values_of(series, high);
  if (std::none_of(made.low.begin(), made.low.end(), [](double value) { return std::isfinite(value); })) {
    made.low.clear();
    made.high.clear();
  }
  return made;
}

}  // namespace

std::vector<TrainingHistory> contention_as_training(const ContentionHistory& history,
                                                    const std::vector<ContentionSeries>& blocks) {
  const std::vector<double> axis = axis_of(history);
  std::vector<TrainingHistory> runs;
  for (const ContentionSeries& block : blocks) {
    TrainingHistory run;
    run.name = history.name + " \u00b7 " + block.part;
    run.last_step = axis.empty() ? 0 : static_cast<std::int64_t>(std::ceil(axis.back()));
    run.series = {series_of("mean_cosine", axis, block, &ContentionPoint::mean_cosine, &ContentionPoint::low,
                            &ContentionPoint::high),
                  series_of("variance", axis, block, &ContentionPoint::variance),
                  series_of("negative_transfer", axis, block, &ContentionPoint::mean_negative_transfer,
                            &ContentionPoint::transfer_low, &ContentionPoint::transfer_high),
                  series_of("conflict_rate", axis, block, &ContentionPoint::conflict_rate)};
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace alidade
