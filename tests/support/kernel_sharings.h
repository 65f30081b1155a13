// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/results/kernel_sharing.h"

namespace alidade::test {

/// What a network on three sources might decide: alpha falls from the center outwards, pairs too, and the
/// third source decides otherwise in deep layers. All numbers come from the formulas in here and the seed.
class MadeSharing {
 public:
  explicit MadeSharing(std::uint64_t seed = 1, int layers = 4, int kernel = 3)
      : random_(seed), kernel_(kernel) {
    sharing_.name = "made up, seed " + std::to_string(seed);
    sharing_.checkpoint = "made.safetensors";
    sharing_.checkpoint_sha256 = std::string(64, 'b');
    sharing_.tau = 0.3;
    sharing_.sources = {"rooms-scan", "rooms-view", "rooms-office"};
    sharing_.provenance.version = "1.2.3";
    sharing_.provenance.seed = seed;
    for (std::size_t k = 0; k < 3; ++k) {
      sharing_.scenes.emplace_back();
      for (std::size_t s = 0; s < kScenes[k]; ++s) {
        sharing_.scenes[k].push_back(sharing_.sources[k] + " " + std::to_string(s));
      }
    }
    for (int l = 0; l < layers; ++l) {
      add_layer(l);
    }
  }

  KernelSharing take() { return std::move(sharing_); }

 private:
  static constexpr std::array<std::size_t, 3> kScenes{12, 20, 8};

  void add_layer(int number) {
    LayerSharing& layer = sharing_.layers.emplace_back();
    layer.name = number == 0 ? "backbone.stem.conv"
                             : "backbone.stage" + std::to_string((number + 1) / 2) + ".block0.conv" +
                                   std::to_string(2 - number % 2);
    layer.cell_m = 0.02 * std::pow(2.0, (number + 1) / 2);
    const int low = -((kernel_ - 1) / 2);
    for (int z = low; z < low + kernel_; ++z) {
      for (int y = low; y < low + kernel_; ++y) {
        for (int x = low; x < low + kernel_; ++x) {
          layer.offsets.push_back({x, y, z});
        }
      }
    }
    for (std::size_t j = 0; j < layer.offsets.size(); ++j) {
      const double far = distance(layer.offsets[j]);
      layer.alpha.push_back(
          static_cast<float>(share(0.92 - 0.22 * far - 0.05 * number + 0.05 * random_.normal())));
    }
    for (std::size_t k = 0; k < 3; ++k) {
      add_source(layer, number, k);
    }
    layer.shared = use(layer);
  }

  void add_source(LayerSharing& layer, int number, std::size_t k) {
    SourceSharing& source = layer.sources.emplace_back();
    const double voxels = 40000.0 / (1.0 + 2.0 * number) / (1.0 + static_cast<double>(k));
    source.outputs = source.inputs = static_cast<std::int64_t>(voxels);
    for (const auto& offset : layer.offsets) {
      const double up = 1.0 + std::abs(offset[2]);
      source.pairs.push_back(static_cast<std::int64_t>(voxels * std::exp(-1.9 * distance(offset)) / up));
    }
    for (std::size_t s = 0; s < kScenes[k]; ++s) {
      auto& beta = source.beta.emplace_back();
      auto& gamma = source.gamma.emplace_back();
      for (std::size_t j = 0; j < layer.offsets.size(); ++j) {
        const double mean = 0.74 - (k == 2 ? 0.13 * number : 0.03 * number);
        beta.push_back(static_cast<float>(share(mean + 0.09 * random_.normal())));
        gamma.push_back(shares_kernel(layer.alpha[j], beta[j], sharing_.tau) ? 1 : 0);
      }
    }
    source.exclusive = use(layer);
  }

  /// Weights of a training; the last offset of every kernel was never touched.
  KernelUse use(const LayerSharing& layer) {
    KernelUse made;
    for (const auto& offset : layer.offsets) {
      const bool live = &offset != &layer.offsets.back();
      made.weight.push_back(static_cast<float>(0.5 + 0.5 * std::exp(-distance(offset))));
      made.change.push_back(live ? 0.1f : 0.0f);
      made.gradient.push_back(live ? 0.01f : 0.0f);
    }
    return made;
  }

  static double distance(const std::array<int, 3>& offset) {
    return std::sqrt(
        static_cast<double>(offset[0] * offset[0] + offset[1] * offset[1] + offset[2] * offset[2]));
  }
  static double share(double value) { return value < 0.0 ? 0.0 : value > 1.0 ? 1.0 : value; }

  Random random_;
  int kernel_;
  KernelSharing sharing_;
};

inline KernelSharing kernelSharing(std::uint64_t seed = 1, int layers = 4, int kernel = 3) {
  return MadeSharing(seed, layers, kernel).take();
}

}  // namespace alidade::test
