// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/results/kernel_sharing.h"

namespace alidade {

/// Which decisions count: those of another threshold, or, without one, those that were recorded.
using SharingThreshold = std::optional<double>;

/// Whether the source shares the offset in a scene: [alpha beta >= tau], or what was recorded.
bool shares_in_scene(const LayerSharing& layer, std::size_t source, std::size_t scene, std::size_t offset,
                     const SharingThreshold& tau);

/// What can be shown of an offset.
enum class SharingChannel { kGamma, kAlpha, kBeta, kProduct };

/// gamma: share of the scenes in which the offset is shared; beta: mean of the scenes; product: alpha times
/// that. [offsets]; NaN where nothing is known (no scenes, no alpha).
std::vector<double> channel_values(const LayerSharing& layer, std::size_t source, SharingChannel channel,
                                   const SharingThreshold& tau);

/// How much of a layer a source shares; NaN where nothing is known.
struct ShareRatio {
  double offsets = 0.0;  ///< mean of gamma over offsets and scenes
  double pairs = 0.0;    ///< the same, each offset weighted with its pairs: the share of the work
};
ShareRatio share_ratio(const LayerSharing& layer, std::size_t source, const SharingThreshold& tau);

/// Counts of alpha beta over scenes and offsets in equal bins of [0, 1]; 1 is in the last one. `bins` > 0. Of
/// all layers and all sources, or those that are named.
std::vector<std::int64_t> product_histogram(const KernelSharing& sharing, std::optional<std::size_t> layer,
                                            std::optional<std::size_t> source, std::size_t bins);

/// Share of the scenes and offsets of a selection whose alpha beta reaches tau; NaN where there are none.
double share_at(const KernelSharing& sharing, std::optional<std::size_t> layer,
                std::optional<std::size_t> source, double tau);

/// All pairs of the kernel map of an offset, over the sources.
std::int64_t pairs_of(const LayerSharing& layer, std::size_t offset);

}  // namespace alidade
