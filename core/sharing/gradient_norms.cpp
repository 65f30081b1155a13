// SPDX-License-Identifier: BSD-3-Clause
#include "core/sharing/gradient_norms.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace alidade {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
const std::string kPsi = "psi ", kNorm = "norm ", kScaled = "scaled ", kTriggered = "triggered ";
const std::string kThreshold = "psi threshold";

using SeriesByName = std::map<std::string, const TrainingSeries*>;

/// The values of a series at these steps.
std::vector<double> values_at(const TrainingSeries& series, const std::vector<double>& steps) {
  std::vector<double> values(steps.size(), kGap);
  std::size_t at = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    while (at < series.steps.size() && series.steps[at] < steps[i]) {
      ++at;
    }
    if (at < series.steps.size() && series.steps[at] == steps[i]) {
      values[i] = series.values[at];
    }
  }
  return values;
}

/// The sources of a group, in the order of the log.
std::vector<std::string> sources_of(const TrainingHistory& history, const std::string& group) {
  std::vector<std::string> sources;
  const std::string prefix = kNorm + group + " ";
  for (const TrainingSeries& series : history.series) {
    if (series.name.starts_with(prefix)) {
      sources.push_back(series.name.substr(prefix.size()));
    }
  }
  return sources;
}

/// One list per source; none when one of them is not there.
std::vector<std::vector<double>> of_sources(const SeriesByName& known, const std::string& prefix,
                                            const std::vector<std::string>& sources,
                                            const std::vector<double>& steps) {
  std::vector<std::vector<double>> lists;
  for (const std::string& source : sources) {
    const auto series = known.find(prefix + source);
    if (series == known.end()) {
      return {};
    }
    lists.push_back(values_at(*series->second, steps));
  }
  return lists;
}

}  // namespace

bool is_gradient_norm_series(const std::string& name) {
  return name.starts_with(kPsi) || name.starts_with(kNorm) || name.starts_with(kScaled) ||
         name.starts_with(kTriggered);
}

GradientNorms gradient_norms_of(const TrainingHistory& history) {
  GradientNorms all;
  all.threshold = kGap;
  SeriesByName known;
  for (const TrainingSeries& series : history.series) {
    known[series.name] = &series;
  }
  if (const auto threshold = known.find(kThreshold);
      threshold != known.end() && !threshold->second->values.empty()) {
    all.threshold = threshold->second->values.back();
  }
  for (const TrainingSeries& series : history.series) {
    if (!series.name.starts_with(kPsi) || series.name == kThreshold) {
      continue;
    }
    GroupNorms group;
    group.name = series.name.substr(kPsi.size());
    const auto sources = sources_of(history, group.name);
    const auto triggered = known.find(kTriggered + group.name);
    if (sources.empty() || triggered == known.end() || (!all.sources.empty() && sources != all.sources)) {
      continue;
    }
    all.sources = sources;
    group.steps = series.steps;
    group.psi = series.values;
    group.triggered = values_at(*triggered->second, group.steps);
    group.norms = of_sources(known, kNorm + group.name + " ", sources, group.steps);
    group.scaled = of_sources(known, kScaled + group.name + " ", sources, group.steps);
    all.groups.push_back(std::move(group));
  }
  return all;
}

std::vector<std::vector<double>> norm_shares(const std::vector<std::vector<double>>& norms) {
  auto shares = norms;
  for (std::size_t i = 0; !norms.empty() && i < norms.front().size(); ++i) {
    double sum = 0.0;
    for (const auto& of_source : norms) {
      sum += of_source[i];
    }
    for (auto& share : shares) {
      share[i] = sum > 0.0 && std::isfinite(sum) ? share[i] / sum : kGap;
    }
  }
  return shares;
}

}  // namespace alidade
