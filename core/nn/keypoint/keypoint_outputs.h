// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <vector>

#include "core/data/image.h"
#include "core/nn/keypoint/keypoint_vote.h"

namespace alidade {

/// Channels of a head: the logit of the object, then x and y of the eight corners, from the middle of the
/// cell in units of level_size_px().
inline constexpr int kKeypointChannels = 17;

/// The square as the network takes it: [3][side][side], 0 to 1.
std::vector<float> keypoint_planes(const ImageU8& image);

/// The cells of one level with at least `confidence`, by row and column; `output` is [17][cells][cells] of a
/// network whose square has image_px pixels a side. Pixels of the square.
std::vector<KeypointVote> decode_votes(std::span<const float> output, int level, const KeypointConfig& config,
                                       double confidence);

}  // namespace alidade
