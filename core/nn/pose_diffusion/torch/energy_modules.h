// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/nn/pose_diffusion/energy_network.h"
#include "core/nn/pose_diffusion/torch/pose_modules.h"

namespace alidade {

/// The energy network: encoder and a head as large as the score head.
struct EnergyModelImpl : torch::nn::Module {
  explicit EnergyModelImpl(const PoseNetworkConfig& config);
  /// Energies [B, S, 2] (rotation, translation) of states x [B, S, 9] at sigma [B, S, 1], time [B, S]. The
  /// published form is <x, f / sigma> per part; preconditioned, the part of the score that the network need
  /// not learn, -x / (sigma^2 + variance), is integrated to -x^2 / 2 (sigma^2 + variance).
  torch::Tensor energy(const torch::Tensor& projected, const torch::Tensor& x, const torch::Tensor& sigma,
                       const torch::Tensor& time);

  PoseEncoder encoder{nullptr};
  ScoreHead head{nullptr};
  PoseNetworkConfig config;
  torch::Tensor data_variance;  ///< buffer [9]
};
TORCH_MODULE(EnergyModel);

struct EnergyNetwork::Impl {
  PoseNetworkConfig config;
  EnergyModel model{nullptr};
};

}  // namespace alidade
