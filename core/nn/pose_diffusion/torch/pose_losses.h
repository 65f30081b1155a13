// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/base/random.h"
#include "core/nn/pose_diffusion/torch/energy_modules.h"
#include "core/nn/pose_diffusion/torch/pose_modules.h"
#include "core/nn/pose_diffusion/torch/training_batch.h"

namespace alidade {

/// Losses of the pose network, means over a batch: scalars with gradient. What is not computed is undefined.
struct PoseLosses {
  torch::Tensor rotation;     ///< radians
  torch::Tensor translation;  ///< metres
  torch::Tensor size;         ///< of log sizes; networks with that head only
  torch::Tensor score;        ///< denoising score matching
};

/// `noise` draws diffusion times and noise, `noise_draws` per object; null = regression only.
PoseLosses pose_losses(PoseModel& model, const TrainingBatch& data, int noise_draws, Random* noise,
                       const std::array<double, 2>& times = {0.0, 1.0});

/// Their weighted sum. With a score whose regression has no weight those heads are left out of the graph, not
/// multiplied by zero: their moments stay untouched.
torch::Tensor total_loss(const PoseLosses& losses, const TrainerOptions& options);

/// Denoising score matching on the gradient of the energy, weighted as the pose network's.
torch::Tensor energy_score_loss(EnergyModel& model, const torch::Tensor& projected, const TrainingBatch& data,
                                int noise_draws, Random& noise);

}  // namespace alidade
