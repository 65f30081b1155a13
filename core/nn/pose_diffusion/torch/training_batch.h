// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <vector>

#include <torch/torch.h>

#include "core/base/random.h"
#include "core/nn/pose_diffusion/pose_trainer.h"

namespace alidade {

/// Ground truth of a batch as tensors.
struct TargetBatch {
  torch::Tensor R;            ///< [B, 3, 3]
  torch::Tensor translation;  ///< [B, 3] metres, relative to the centroid
  torch::Tensor log_size;     ///< [B, 3] log of decimetres
  torch::Tensor symmetric;    ///< [B] bool: continuous symmetry about y
  torch::Tensor category;     ///< [B] int64, -1 = unknown
};

/// A batch as the network sees it.
struct TrainingBatch {
  std::vector<ObjectPoints> clouds;
  TargetBatch target;

  std::vector<const ObjectPoints*> cloud_pointers() const;
};

/// Applies the augmentation of this step (none when `random` is null) and stacks the targets. The turn and
/// the scale act about the cloud's centroid, which keeps the object where the camera saw it.
TrainingBatch make_training_batch(const std::vector<const TrainingSample*>& samples,
                                  const TrainerOptions& options, Random* random);

/// Geodesic distance of R [B, S, 3, 3] to the target's rotations [B, S], radians; for symmetric objects the
/// angle between the y axes. The cosine is clamped because the gradient of arccos is singular at both ends.
torch::Tensor rotation_errors(const torch::Tensor& R, const TargetBatch& target);

/// Column-wise 9-vector of the clean pose in network units [B, 9].
torch::Tensor clean_state(const PoseNetworkConfig& config, const TargetBatch& target);

/// Diffusion times and noise of a batch, from `random`; of the times the share from times[0] to times[1].
struct NoiseDraws {
  torch::Tensor time;   ///< [B, S] uniform in (epsilon, 1)
  torch::Tensor sigma;  ///< [B, S, 1]
  torch::Tensor z;      ///< [B, S, 9] standard normal
};
NoiseDraws draw_noise(const PoseNetworkConfig& config, std::int64_t objects, std::int64_t draws,
                      Random& random, const std::array<double, 2>& times = {0.0, 1.0});

/// Fills a float tensor with standard normal numbers.
void fill_normal(torch::Tensor& tensor, Random& random);

}  // namespace alidade
