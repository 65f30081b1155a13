// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <torch/torch.h>

#include "core/nn/keypoint/keypoint_loss.h"
#include "core/nn/keypoint/torch/keypoint_batch.h"

namespace alidade {

/// Scalars. `objectness` is the sum over all cells divided by the sum of their targets, `keypoints` the mean
/// over corners and the cells of an image, weighed by their targets, then over images.
struct KeypointLosses {
  torch::Tensor objectness, keypoints;
  torch::Tensor error_px;  ///< mean distance of the corners, weighed alike; no gradient

  torch::Tensor total(const KeypointLoss& how) const {
    return how.objectness * objectness + how.keypoints * keypoints;
  }
};

/// Of the results of all levels. The target of a cell is the weight of its level for the object's size where
/// the mask covers half of the cell or where no cell of the level is covered more, else 0.
KeypointLosses keypoint_losses(const KeypointConfig& config, const std::vector<torch::Tensor>& levels,
                               const KeypointBatch& batch, const KeypointLoss& how);

}  // namespace alidade
