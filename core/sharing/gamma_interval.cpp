// SPDX-License-Identifier: BSD-3-Clause
#include "core/sharing/gamma_interval.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

namespace alidade {
namespace {

constexpr double kTail = 0.025;

/// How often each scene is drawn, [resamples][scenes].
std::vector<std::vector<std::uint32_t>> drawn_scenes(std::size_t scenes, std::uint64_t seed,
                                                     std::size_t resamples) {
  Random random(seed);
  std::vector<std::vector<std::uint32_t>> draws(resamples, std::vector<std::uint32_t>(scenes, 0));
  for (auto& draw : draws) {
    for (std::size_t i = 0; i < scenes; ++i) {
      ++draw[random.index(static_cast<std::uint32_t>(scenes))];
    }
  }
  return draws;
}

}  // namespace

std::vector<GammaInterval> gamma_intervals(const LayerSharing& layer, std::size_t source,
                                           const SharingThreshold& tau, std::uint64_t seed,
                                           std::size_t resamples) {
  const auto values = channel_values(layer, source, SharingChannel::kGamma, tau);
  std::vector<GammaInterval> intervals;
  for (const double value : values) {
    intervals.push_back({value, value, value});
  }
  const std::size_t scenes = source < layer.sources.size() ? layer.sources[source].gamma.size() : 0;
  if (scenes == 0 || resamples == 0 || intervals.empty() || std::isnan(values.front())) {
    return intervals;
  }
  const auto draws = drawn_scenes(scenes, seed, resamples);
  std::vector<std::uint32_t> counts(resamples);
  for (std::size_t j = 0; j < intervals.size(); ++j) {
    std::fill(counts.begin(), counts.end(), 0);
    for (std::size_t s = 0; s < scenes; ++s) {
      if (shares_in_scene(layer, source, s, j, tau)) {
        for (std::size_t r = 0; r < resamples; ++r) {
          counts[r] += draws[r][s];
        }
      }
    }
    std::sort(counts.begin(), counts.end());
    const auto last = static_cast<double>(resamples - 1);
    intervals[j].low =
        counts[static_cast<std::size_t>(std::floor(kTail * last))] / static_cast<double>(scenes);
    intervals[j].high =
        counts[static_cast<std::size_t>(std::ceil((1.0 - kTail) * last))] / static_cast<double>(scenes);
  }
  return intervals;
}

}  // namespace alidade
