// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/statistics/statistics.h"

#include <algorithm>
#include <cmath>

#include "core/evaluation/statistics/statistics_replicates.h"

namespace alidade {
namespace {

void set_interval(MetricCell& cell, std::span<const double> replicates, double level) {
  std::vector<double> defined;
  std::copy_if(replicates.begin(), replicates.end(), std::back_inserter(defined),
               [](double value) { return !std::isnan(value); });
  if (2 * defined.size() < replicates.size() || defined.empty()) {
    add_reason(&cell.reason, "no interval: " + defined_share(defined.size(), replicates.size()));
    return;
  }
  std::sort(defined.begin(), defined.end());
  cell.interval = percentile_interval(defined, level);
}

}  // namespace

Interval percentile_interval(std::span<const double> sorted, double level) {
  const std::size_t last = sorted.size() - 1;
  const double position = 0.5 * (1.0 - level) * static_cast<double>(last);
  const auto below = std::min(static_cast<std::size_t>(position), last);
  const double part = position - static_cast<double>(below);
  const std::size_t above = std::min(below + 1, last);
  Interval interval;
  interval.low = sorted[below] + part * (sorted[above] - sorted[below]);
  interval.high = sorted[last - below] - part * (sorted[last - below] - sorted[last - above]);
  interval.level = level;
  return interval;
}

Expected<EvaluationReport> with_intervals(const EvaluationReport& report, const BootstrapOptions& options,
                                          const JobContext& job) {
  const std::string obstacle = bootstrap_obstacle(report);
  const EvaluationReport* const reports[] = {&report};
  const std::size_t drawn = obstacle.empty() ? 1 : 0;
  const auto replicates = Replicates::draw(std::span(reports, drawn), options, job);
  if (!replicates) {
    return replicates.error();
  }
  EvaluationReport result = report;
  for (std::size_t row = 0; row < result.rows.size(); ++row) {
    for (std::size_t column = 0; column < result.columns.size(); ++column) {
      MetricCell& cell = result.rows[row].cells[column];
      cell.interval.reset();
      if (!cell.value || !cell.estimator) {
        continue;
      }
      if (obstacle.empty()) {
        set_interval(cell, replicates->of(0, row, column), options.level);
      } else {
        add_reason(&cell.reason, "no interval: " + obstacle);
      }
    }
  }
  return result;
}

}  // namespace alidade
