// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/provenance.h"

namespace alidade {

/// Whether an offset uses the shared kernel (H2A2): gamma = [alpha beta >= tau], a tie is shared. alpha:
/// prior of the offset, beta: its posterior in a scene.
inline bool shares_kernel(double alpha, double beta, double tau) {
  return alpha * beta >= tau;
}
/// The posterior of a mean cosine with the prototype, mapped from [-1, 1] to [0, 1].
inline double posterior(double mean_cosine) {
  return (1.0 + mean_cosine) / 2.0;
}

/// What became of the weights of one kernel, by offset: Frobenius norms. Each list is empty or of all
/// offsets; NaN is unknown.
struct KernelUse {
  std::vector<float> weight;    ///< of the weights
  std::vector<float> change;    ///< of what they moved away from their first values
  std::vector<float> gradient;  ///< of the gradients that were seen, root of the mean square; 0 = none was

  bool operator==(const KernelUse&) const = default;
};

/// What SF-KS decided in the scenes of one source at one layer. Offsets in the order of the layer.
struct SourceSharing {
  std::vector<std::vector<float>> beta;          ///< [scenes][offsets] posterior
  std::vector<std::vector<std::uint8_t>> gamma;  ///< [scenes][offsets] 1 = shared
  std::vector<std::int64_t> pairs;               ///< [offsets] of the kernel map, all scenes together
  std::int64_t inputs = 0, outputs = 0;          ///< rows of all scenes
  KernelUse exclusive{};                         ///< the source's own kernel

  /// Share of the scenes in which the offset is shared, and the mean posterior; 0 without scenes.
  double shared(std::size_t offset) const {
    double sum = 0.0;
    for (const auto& of_scene : gamma) {
      sum += of_scene[offset];
    }
    return gamma.empty() ? 0.0 : sum / static_cast<double>(gamma.size());
  }
  double mean_beta(std::size_t offset) const {
    double sum = 0.0;
    for (const auto& of_scene : beta) {
      sum += of_scene[offset];
    }
    return beta.empty() ? 0.0 : sum / static_cast<double>(beta.size());
  }
};

/// One selecting convolution, or one of another network that selects nothing: alpha and sources are empty
/// then.
struct LayerSharing {
  std::string name;                         ///< "backbone.stage1.block0.conv1"
  std::vector<std::array<int, 3>> offsets;  ///< x fastest, in cells of the finer lattice
  std::vector<float> alpha;                 ///< [offsets] prior: of all sources
  std::vector<SourceSharing> sources;       ///< [sources]
  double cell_m = 0.0;                      ///< edge of a cell of the finer lattice; 0 = unknown
  KernelUse shared{};                       ///< the kernel of all sources
  /// The order of the library that the kernel is from is not known: offsets are (index, 0, 0).
  bool raw_order = false;
};

/// Layer x offset x source: which kernels are shared. Immutable once made.
struct KernelSharing {
  std::string name{};
  std::string checkpoint, checkpoint_sha256;
  double tau = 0.0;
  std::vector<std::string> sources;
  std::vector<std::vector<std::string>> scenes;  ///< [sources] names of the scenes, as SourceSharing has them
  std::vector<LayerSharing> layers;
  Provenance provenance;
};

}  // namespace alidade
