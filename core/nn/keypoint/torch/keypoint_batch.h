// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <torch/torch.h>

#include "core/base/random.h"
#include "core/nn/keypoint/keypoint_augmentation.h"
#include "core/nn/keypoint/keypoint_sample.h"

namespace alidade {

/// B images and what is true of them; float32.
struct KeypointBatch {
  torch::Tensor images;   ///< [B, 3, S, S], 0 to 1
  torch::Tensor masks;    ///< [B, 1, S, S], 0 or 1
  torch::Tensor pixels;   ///< [B, 8, 2] of the corners
  torch::Tensor size;     ///< [B] apparent size, pixels
  torch::Tensor weights;  ///< [B, L] of the levels
  torch::Tensor corners;  ///< [B, 8, 3] camera frame, metres
  torch::Tensor camera;   ///< [B, 4] fx, fy, cx, cy
};

/// `augmentation` is null for the images as they are.
KeypointBatch make_keypoint_batch(const KeypointConfig& config,
                                  const std::vector<const KeypointSample*>& samples,
                                  const KeypointAugmentation& change, Random* augmentation);

}  // namespace alidade
