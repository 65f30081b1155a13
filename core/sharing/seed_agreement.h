// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/sharing/sharing_numbers.h"

namespace alidade {

/// Whether separately trained networks decide alike at one layer for one source. Decision of a network:
/// shared in more than half of its scenes.
struct SeedAgreement {
  std::size_t networks = 0;
  std::vector<double> offsets;  ///< [offsets] share of the pairs of networks that decide alike
  double observed = 0.0;        ///< mean of it
  /// What it would be if each decision were drawn with the share of shared ones: high where nearly all are
  /// shared.
  double expected = 0.0;
  double kappa =
      0.0;  ///< (observed - expected) / (1 - expected), after Fleiss; NaN where all decide one thing
};

/// Of all files that have the layer with the same offsets, and the source, by names; fewer than two networks
/// give no offsets. Different thresholds of files count as they are unless `tau` says otherwise.
SeedAgreement seed_agreement(std::span<const std::shared_ptr<const KernelSharing>> files,
                             const LayerSharing& layer, const std::string& source,
                             const SharingThreshold& tau);

}  // namespace alidade
