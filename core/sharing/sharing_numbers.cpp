// SPDX-License-Identifier: BSD-3-Clause
#include "core/sharing/sharing_numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace alidade {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Calls `take(product)` for each scene and offset of a selection.
template <class Take>
void each_product(const KernelSharing& sharing, std::optional<std::size_t> layer,
                  std::optional<std::size_t> source, const Take& take) {
  for (std::size_t l = 0; l < sharing.layers.size(); ++l) {
    const LayerSharing& one = sharing.layers[l];
    for (std::size_t k = 0; k < one.sources.size() && (!layer || *layer == l); ++k) {
      if (source && *source != k) {
        continue;
      }
      for (const auto& beta : one.sources[k].beta) {
        for (std::size_t j = 0; j < beta.size(); ++j) {
          take(static_cast<double>(one.alpha[j]) * beta[j]);
        }
      }
    }
  }
}

double gamma_of(const LayerSharing& layer, std::size_t source, std::size_t offset,
                const SharingThreshold& tau) {
  const std::size_t scenes = layer.sources[source].gamma.size();
  std::size_t shared = 0;
  for (std::size_t s = 0; s < scenes; ++s) {
    shared += shares_in_scene(layer, source, s, offset, tau) ? 1 : 0;
  }
  return scenes == 0 ? kUnknown : static_cast<double>(shared) / static_cast<double>(scenes);
}

}  // namespace

bool shares_in_scene(const LayerSharing& layer, std::size_t source, std::size_t scene, std::size_t offset,
                     const SharingThreshold& tau) {
  const SourceSharing& of = layer.sources[source];
  return tau ? shares_kernel(layer.alpha[offset], of.beta[scene][offset], *tau)
             : of.gamma[scene][offset] != 0;
}

std::vector<double> channel_values(const LayerSharing& layer, std::size_t source, SharingChannel channel,
                                   const SharingThreshold& tau) {
  std::vector<double> values(layer.offsets.size(), kUnknown);
  if (source >= layer.sources.size() || layer.alpha.size() != layer.offsets.size()) {
    return values;
  }
  const SourceSharing& of = layer.sources[source];
  for (std::size_t j = 0; j < values.size(); ++j) {
    const double alpha = layer.alpha[j], beta = of.beta.empty() ? kUnknown : of.mean_beta(j);
    switch (channel) {
      case SharingChannel::kGamma:
        values[j] = gamma_of(layer, source, j, tau);
        break;
      case SharingChannel::kAlpha:
        values[j] = alpha;
        break;
      case SharingChannel::kBeta:
        values[j] = beta;
        break;
      case SharingChannel::kProduct:
        values[j] = alpha * beta;
        break;
    }
  }
  return values;
}

ShareRatio share_ratio(const LayerSharing& layer, std::size_t source, const SharingThreshold& tau) {
  const auto gamma = channel_values(layer, source, SharingChannel::kGamma, tau);
  double sum = 0.0, weighted = 0.0, weights = 0.0;
  for (std::size_t j = 0; j < gamma.size(); ++j) {
    const double pairs =
        source < layer.sources.size() ? static_cast<double>(layer.sources[source].pairs[j]) : 0.0;
    sum += gamma[j];
    weighted += pairs * gamma[j];
    weights += pairs;
  }
  return {gamma.empty() ? kUnknown : sum / static_cast<double>(gamma.size()),
          weights > 0.0 ? weighted / weights : kUnknown};
}

std::vector<std::int64_t> product_histogram(const KernelSharing& sharing, std::optional<std::size_t> layer,
                                            std::optional<std::size_t> source, std::size_t bins) {
  std::vector<std::int64_t> counts(bins, 0);
  each_product(sharing, layer, source, [&](double product) {
    const auto bin = static_cast<std::size_t>(std::clamp(product, 0.0, 1.0) * static_cast<double>(bins));
    ++counts[std::min(bin, bins - 1)];
  });
  return counts;
}

double share_at(const KernelSharing& sharing, std::optional<std::size_t> layer,
                std::optional<std::size_t> source, double tau) {
  std::int64_t all = 0, shared = 0;
  each_product(sharing, layer, source, [&](double product) {
    ++all;
    shared += product >= tau ? 1 : 0;
  });
  return all == 0 ? kUnknown : static_cast<double>(shared) / static_cast<double>(all);
}

std::int64_t pairs_of(const LayerSharing& layer, std::size_t offset) {
  std::int64_t pairs = 0;
  for (const SourceSharing& source : layer.sources) {
    pairs += source.pairs[offset];
  }
  return pairs;
}

}  // namespace alidade
