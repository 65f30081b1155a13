// SPDX-License-Identifier: BSD-3-Clause
#include "core/sharing/seed_agreement.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace alidade {
namespace {

/// How many of the networks share each offset; counts the networks.
std::vector<std::size_t> votes_of(std::span<const std::shared_ptr<const KernelSharing>> files,
                                  const LayerSharing& layer, const std::string& source,
                                  const SharingThreshold& tau, std::size_t& networks) {
  std::vector<std::size_t> votes(layer.offsets.size(), 0);
  for (const auto& file : files) {
    const auto place = std::find(file->sources.begin(), file->sources.end(), source) - file->sources.begin();
    const auto same = std::find_if(file->layers.begin(), file->layers.end(), [&](const LayerSharing& one) {
      return one.name == layer.name && one.offsets == layer.offsets;
    });
    const auto k = static_cast<std::size_t>(place);
    if (k == file->sources.size() || same == file->layers.end() || same->sources[k].gamma.empty()) {
      continue;
    }
    ++networks;
    const auto gamma = channel_values(*same, k, SharingChannel::kGamma, tau);
    for (std::size_t j = 0; j < votes.size(); ++j) {
      votes[j] += gamma[j] > 0.5 ? 1 : 0;
    }
  }
  return votes;
}

}  // namespace

SeedAgreement seed_agreement(std::span<const std::shared_ptr<const KernelSharing>> files,
                             const LayerSharing& layer, const std::string& source,
                             const SharingThreshold& tau) {
  SeedAgreement agreement;
  const auto votes = votes_of(files, layer, source, tau, agreement.networks);
  if (agreement.networks < 2 || votes.empty()) {
    return agreement;
  }
  const auto networks = static_cast<double>(agreement.networks);
  double shared = 0.0;
  for (const std::size_t vote : votes) {
    const double yes = static_cast<double>(vote), no = networks - yes;
    agreement.offsets.push_back((yes * (yes - 1.0) + no * (no - 1.0)) / (networks * (networks - 1.0)));
    agreement.observed += agreement.offsets.back() / static_cast<double>(votes.size());
    shared += yes / (networks * static_cast<double>(votes.size()));
  }
  agreement.expected = shared * shared + (1.0 - shared) * (1.0 - shared);
  agreement.kappa = agreement.expected < 1.0
                        ? (agreement.observed - agreement.expected) / (1.0 - agreement.expected)
                        : std::numeric_limits<double>::quiet_NaN();
  return agreement;
}

}  // namespace alidade
