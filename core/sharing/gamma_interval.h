// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/sharing/sharing_numbers.h"

namespace alidade {

/// gamma of an offset, and the interval in which 95 % of the resampled scenes put it.
struct GammaInterval {
  double value = 0.0, low = 0.0, high = 0.0;  ///< NaN without scenes
};

inline constexpr std::uint64_t kGammaSeed = 20260;
inline constexpr std::size_t kGammaResamples = 1000;

/// Percentile bootstrap over scenes: scenes of the source are drawn with replacement, the same ones for all
/// offsets, as decisions of one scene belong together. [offsets]; the seed decides everything.
std::vector<GammaInterval> gamma_intervals(const LayerSharing& layer, std::size_t source,
                                           const SharingThreshold& tau, std::uint64_t seed = kGammaSeed,
                                           std::size_t resamples = kGammaResamples);

}  // namespace alidade
