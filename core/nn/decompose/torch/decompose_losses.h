// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/nn/decompose/decompose_weights.h"
#include "core/nn/decompose/torch/pose_head.h"

namespace alidade {

/// Losses of B objects, each [B]: the batch's loss is their mean. All lengths in metres.
struct DecomposeLosses {
  torch::Tensor chamfer, diversity, reconstruction, nocs;  ///< of Eq. 14
  torch::Tensor offset;                                    ///< AG-Pose's: mean length of the offsets
  torch::Tensor rotation, translation, size;               ///< of Eq. 16

  torch::Tensor branch(const DecomposeWeights& weights) const;  ///< L_g, Eq. 14
  torch::Tensor main() const;                                   ///< L_main, Eq. 16
  torch::Tensor total(const DecomposeWeights& weights) const;   ///< Eq. 15
};

/// Mean distance of each keypoint [B, K, 3] to the nearest of the points [B, N, 3].
torch::Tensor chamfer_loss(const torch::Tensor& keypoints, const torch::Tensor& points);
/// Mean over ordered pairs of keypoints of max(0, 1 - distance / margin). Coincident ones have no gradient.
torch::Tensor diversity_loss(const torch::Tensor& keypoints, double margin_m);
/// Half the mean distance both ways between points and reconstruction [B, M, 3]; of the points only where
/// `mask` [B, N] is true (undefined = everywhere). An object without any adds 0.
torch::Tensor reconstruction_loss(const torch::Tensor& reconstruction, const torch::Tensor& points,
                                  const torch::Tensor& mask);
/// NOCS coordinates of keypoints: R^T (k - t) / |size|. The gradient of the keypoints flows through it.
torch::Tensor nocs_target(const torch::Tensor& keypoints, const PoseTensors& truth);
/// Smooth l1 (beta 0.1), summed over x, y, z, mean over keypoints.
torch::Tensor nocs_loss(const torch::Tensor& nocs, const torch::Tensor& target);

/// Of a network's answer. `truth` holds the targets in the frame of the points.
DecomposeLosses decompose_losses(const Correspondence& correspondence, const PoseTensors& pose,
                                 const torch::Tensor& points, const torch::Tensor& mask,
                                 const PoseTensors& truth, const DecomposeWeights& weights);

}  // namespace alidade
