// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include "core/nn/decompose/torch/correspondence.h"

namespace alidade {

/// Rotations [..., 3, 3] of two triples [..., 6] as AG-Pose decodes them: y is the second one's direction,
/// z = first x y, x = y x z. Triples that decide nothing (zero, or parallel) give a rotation that fits what
/// they say, and no gradient.
torch::Tensor rotations_from_pairs(const torch::Tensor& six);

/// The shared pose head p_omega (Sec. 5.4): three regressors on what the keypoints say together. NOCS
/// coordinates are taken as they are: no gradient of the pose reaches them.
struct CorrespondenceHeadImpl : torch::nn::Module {
  explicit CorrespondenceHeadImpl(const DecomposeConfig& config);
  PoseTensors forward(const Correspondence& correspondence);

  Layers keypoint_embedding{nullptr}, nocs_embedding{nullptr}, token{nullptr}, pooled{nullptr};
  Layers rotation{nullptr}, translation{nullptr}, size{nullptr};

 private:
  double scale_;
};
TORCH_MODULE(CorrespondenceHead);

}  // namespace alidade
