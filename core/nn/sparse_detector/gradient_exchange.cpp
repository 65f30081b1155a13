// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/gradient_exchange.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/nn/sparse_detector/gradient_projection.h"

namespace alidade {
namespace {

bool same_sizes(const SourceStep& a, const SourceStep& b) {
  return a.shared.size() == b.shared.size() && a.statistics.size() == b.statistics.size();
}

template <class Number>
void average(std::vector<Number>& target, const std::vector<const std::vector<Number>*>& all) {
  for (std::size_t i = 0; i < target.size(); ++i) {
    double sum = 0.0;
    for (const auto* one : all) {
      sum += static_cast<double>((*one)[i]);
    }
    target[i] = static_cast<Number>(sum / static_cast<double>(all.size()));
  }
}

/// The mean of several ranks of a source.
SourceStep mean_step(const std::vector<const SourceStep*>& ranks) {
  SourceStep mean = *ranks[0];
  if (ranks.size() == 1) {
    return mean;
  }
  const auto mean_of = [&](auto member) {
    std::vector<const std::remove_reference_t<decltype(mean.*member)>*> all;
    for (const SourceStep* rank : ranks) {
      all.push_back(&(rank->*member));
    }
    average(mean.*member, all);
  };
  mean_of(&SourceStep::shared);
  mean_of(&SourceStep::own);
  mean_of(&SourceStep::statistics);
  mean_of(&SourceStep::own_statistics);
  mean_of(&SourceStep::losses);
  return mean;
}

Expected<std::vector<SourceStep>> steps_of_sources(const std::vector<SourceStep>& ranks) {
  std::map<int, std::vector<const SourceStep*>> by_source;
  for (const SourceStep& rank : ranks) {
    auto& group = by_source[rank.source];
    group.push_back(&rank);
    if (!same_sizes(rank, ranks[0]) || rank.own.size() != group[0]->own.size() ||
        rank.own_statistics.size() != group[0]->own_statistics.size() ||
        rank.losses.size() != ranks[0].losses.size()) {
      return Error{ErrorCode::kFailed,
                   "training: ranks do not train the same network; start all of them with "
                   "the same recipe."};
    }
  }
  std::vector<SourceStep> steps;
  for (const auto& [source, group] : by_source) {
    steps.push_back(mean_step(group));
  }
  return steps;
}

double norm_of(const std::vector<float>& values, const SharedTensor& tensor) {
  double sum = 0.0;
  for (std::size_t i = tensor.begin; i < tensor.begin + tensor.count; ++i) {
    sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  }
  return std::sqrt(sum);
}

/// Mean over the sources of a tensor's gradients, each scaled.
void add_tensor(const std::vector<SourceStep>& steps, const SharedTensor& tensor,
                const std::vector<double>& scales, std::vector<float>& out) {
  for (std::size_t i = tensor.begin; i < tensor.begin + tensor.count; ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < steps.size(); ++k) {
      sum += scales[k] * static_cast<double>(steps[k].shared[i]);
    }
    out[i] = static_cast<float>(sum / static_cast<double>(steps.size()));
  }
}

}  // namespace

std::vector<int> LocalExchange::own_sources() const {
  std::vector<int> sources(static_cast<std::size_t>(sources_));
  std::iota(sources.begin(), sources.end(), 0);
  return sources;
}

std::int64_t exchange_bytes(const SourceStep& step) {
  const std::size_t floats =
      step.shared.size() + step.own.size() + step.statistics.size() + step.own_statistics.size();
  return static_cast<std::int64_t>(floats * sizeof(float) + step.losses.size() * sizeof(double));
}

Expected<CombinedStep> combine_steps(std::vector<SourceStep> ranks, std::span<const SharedTensor> tensors,
                                     const CombineOptions& options) {
  auto steps = steps_of_sources(ranks);
  if (!steps) {
    return steps.error();
  }
  CombinedStep combined;
  if (steps->empty()) {
    return combined;
  }
  combined.shared.resize((*steps)[0].shared.size());
  const std::vector<double> projected =
      options.project ? projection_scales(*steps, options.draw) : std::vector<double>();
  for (const SharedTensor& tensor : tensors) {
    std::vector<double> norms;
    for (const SourceStep& step : *steps) {
      norms.push_back(norm_of(step.shared, tensor));
    }
    // A threshold of 0 never triggers: what Psi would have been is still known.
    const bool harmonizes = options.harmonize && !options.project;
    auto harmony = harmonize(norms, harmonizes ? options.threshold : 0.0, options.rules);
    add_tensor(*steps, tensor, options.project ? projected : harmony.scales, combined.shared);
    combined.norms.push_back(std::move(norms));
    combined.harmonies.push_back(std::move(harmony));
  }
  combined.statistics = (*steps)[0].statistics;
  std::vector<const std::vector<float>*> statistics;
  for (const SourceStep& step : *steps) {
    statistics.push_back(&step.statistics);
  }
  average(combined.statistics, statistics);
  for (SourceStep& step : *steps) {
    step.shared.clear();
    step.statistics.clear();
  }
  combined.sources = std::move(*steps);
  return combined;
}

}  // namespace alidade
