// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/diffusion/score_field.h"
#include "core/nn/pose_diffusion/pose_network.h"

namespace alidade::bench {

/// Gives the last layers of the score head random weights: fresh ones are zero, which makes the ODE trivial.
void randomize_heads(PoseNetwork& network, std::uint64_t seed);

/// The score of the same network the way GenPose's code computes it: the point feature repeated for every
/// sample and multiplied in every evaluation, three heads on the concatenated input, new tensors per call.
/// For networks without preconditioning.
std::unique_ptr<ScoreField> reference_field(PoseNetwork& network,
                                            std::shared_ptr<const PoseNetwork::Features> features);

}  // namespace alidade::bench
