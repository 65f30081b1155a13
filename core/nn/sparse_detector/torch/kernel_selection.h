// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include <torch/torch.h>

#include "core/nn/sparse_detector/detector_config.h"
#include "core/nn/sparse_detector/torch/folded_convolve.h"

namespace alidade {

/// What one convolution of the backbone is made of.
struct SelectionSizes {
  std::int64_t in = 1, out = 1;
  int kernel = 3;
  int sources = 1;
};

/// What was decided for the scenes of a batch, and what lies between.
struct SelectionValues {
  torch::Tensor phi, theta;        ///< [in]
  torch::Tensor modulated;         ///< [rows, in]
  torch::Tensor alpha;             ///< [V]
  torch::Tensor mean_cosine;       ///< [S, V]
  torch::Tensor beta, alpha_beta;  ///< [S, V]
  torch::Tensor gamma;             ///< [S, V], 0 or 1
  torch::Tensor weight;            ///< [S, V, in, out]
  torch::Tensor convolved;         ///< [outputs, out]
  torch::Tensor gate;              ///< [out]
};

/// A decision that is forced from outside: for every scene of every source.
enum class ForcedKernel : std::int8_t { kFree, kShared, kExclusive };

/// Structure-aware kernel selection (H2A2, SF-KS) of one convolution. With e the embedding of the source:
/// (phi, theta) = MLP(e), x' = x phi + theta; alpha = sigma(O); structural features s = x' P;
/// beta_j = (1 + mean over the scene's input rows of cos(s, p_j)) / 2; gamma_j = [alpha_j beta_j >= tau], its
/// gradient passed straight to alpha_j beta_j; W_j = gamma_j Wsh_j + (1 - gamma_j) Wex_j(source);
/// y = conv(x', W) (1 + sigma(MLP(e))). beta and gamma belong to a scene, whatever its batch. With
/// KernelChoice::kOff an ordinary convolution with "weight". Exclusive weights are "source0", "source1", ...;
/// all exclusive kernels begin as copies of the shared one, so that a changed decision changes nothing at
/// first.
struct SelectedConvolutionImpl : torch::nn::Module {
  /// `layer` is the number of the layer, which random choices are drawn for.
  SelectedConvolutionImpl(const SelectionSizes& sizes, const DetectorConfig& config, int layer);

  /// `scene_rows`: input rows of each scene. `embedding` is that of the source, [D]. `values` (may be null)
  /// gets what was decided; undefined tensors where nothing is.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& embedding, int source,
                        const BatchMaps& maps, SelectionValues* values = nullptr);

  /// The same with what follows it folded into weights; no gradients.
  torch::Tensor forward_folded(const torch::Tensor& x, const torch::Tensor& embedding, int source,
                               const BatchMaps& maps, FoldedEnd end);

  bool selects() const { return choice_ != KernelChoice::kOff; }
  int kernel() const { return sizes_.kernel; }
  std::int64_t volume() const {
    return static_cast<std::int64_t>(sizes_.kernel) * sizes_.kernel * sizes_.kernel;
  }
  /// Decisions from now on; as many as offsets.
  void force(std::vector<ForcedKernel> forced) { forced_ = std::move(forced); }
  void set_threshold(double tau) { tau_ = tau; }

 private:
  /// All values but the convolution's.
  SelectionValues selected(const torch::Tensor& x, const torch::Tensor& embedding, int source,
                           const BatchMaps& maps) const;
  torch::Tensor mean_cosines(const torch::Tensor& modulated, const BatchMaps& maps) const;
  torch::Tensor decide(const SelectionValues& values, int source, std::int64_t scenes) const;
  torch::Tensor random_gamma(int source) const;

  SelectionSizes sizes_;
  KernelChoice choice_;
  double tau_, random_share_;
  std::uint64_t random_seed_;
  int layer_;
  std::vector<ForcedKernel> forced_;
  torch::Tensor weight_, offset_logits_, projection_, prototypes_;
  torch::Tensor tlm_a1_, tlm_b1_, tlm_a2_, tlm_b2_, gate_a1_, gate_b1_, gate_a2_, gate_b2_;
  std::vector<torch::Tensor> exclusive_;
};
TORCH_MODULE(SelectedConvolution);

}  // namespace alidade
