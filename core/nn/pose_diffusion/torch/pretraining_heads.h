// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/nn/pose_diffusion/torch/training_batch.h"

namespace alidade {

/// What is put on the encoder while it is trained by classification or reconstruction (score-scaling
/// paper, Fig. 4a; the paper says no more of these heads). As deep and as wide as the regression head, thrown
/// away when that phase ends.
struct PretrainingHeadImpl : torch::nn::Module {
  PretrainingHeadImpl(const PoseNetworkConfig& config, PoseObjective objective, int categories);

  /// Classification: cross-entropy over the categories, nats. Reconstruction: Chamfer distance of the decoded
  /// cloud to the observed one, in network units about the centroid. A scalar with gradient.
  torch::Tensor loss(const torch::Tensor& features, const TrainingBatch& data);

  torch::nn::Linear first{nullptr}, second{nullptr}, last{nullptr};
  PoseObjective objective;
  double units_per_metre;
};
TORCH_MODULE(PretrainingHead);

/// Mean over the points of `a` [B, P, 3] of the distance to the nearest of `b` [B, Q, 3], plus the same from
/// b to a; mean over the batch. Which point is nearest carries no gradient, as usual.
torch::Tensor chamfer_distance(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace alidade
