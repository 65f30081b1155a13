// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/gradient_exchange.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "core/nn/sparse_detector/gradient_projection.h"

namespace alidade {
namespace {

bool same_sizes(const SourceStep& a, const SourceStep& b) {
  return a.shared.size() == b.shared.size() && a.statistics.size() == b.statistics.size();
}

/// `target` may be one of those that are averaged.
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

/// The mean of several ranks of a source; takes what the first of them holds.
SourceStep mean_step(const std::vector<SourceStep*>& ranks) {
  SourceStep mean = std::move(*ranks[0]);
  if (ranks.size() == 1) {
    return mean;
  }
  const auto mean_of = [&](auto member) {
    std::vector<const std::remove_reference_t<decltype(mean.*member)>*> all;
    all.push_back(&(mean.*member));
    for (std::size_t i = 1; i < ranks.size(); ++i) {
      all.push_back(&(ranks[i]->*member));
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

Expected<std::vector<SourceStep>> steps_of_sources(std::vector<SourceStep> ranks) {
  std::map<int, std::vector<SourceStep*>> by_source;
  for (SourceStep& rank : ranks) {
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

/// Numbers that pass together, so that sums need not wait for each other.
constexpr std::size_t kLanes = 8, kBlock = 512;

double norm_of(const std::vector<float>& values, const SharedTensor& tensor) {
  std::array<double, kLanes> sums{};
  const float* const begin = values.data() + tensor.begin;
  std::size_t i = 0;
  for (; i + kLanes <= tensor.count; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double value = begin[i + lane];
      sums[lane] += value * value;
    }
  }
  for (; i < tensor.count; ++i) {
    const double value = begin[i];
    sums[i % kLanes] += value * value;
  }
  return std::sqrt(std::accumulate(sums.begin(), sums.end(), 0.0));
}

/// Mean over the sources of a tensor's gradients, each scaled.
void add_tensor(const std::vector<SourceStep>& steps, const SharedTensor& tensor,
                const std::vector<double>& scales, std::vector<float>& out) {
  std::array<double, kBlock> sums{};
  const std::size_t end = tensor.begin + tensor.count;
  for (std::size_t first = tensor.begin; first < end; first += kBlock) {
    const std::size_t count = std::min(kBlock, end - first);
    sums.fill(0.0);
    for (std::size_t k = 0; k < steps.size(); ++k) {
      const float* const values = steps[k].shared.data() + first;
      for (std::size_t i = 0; i < count; ++i) {
        sums[i] += scales[k] * static_cast<double>(values[i]);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      out[first + i] = static_cast<float>(sums[i] / static_cast<double>(steps.size()));
    }
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
  auto steps = steps_of_sources(std::move(ranks));
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
