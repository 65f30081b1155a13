// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/evaluation/pose_set.h"

namespace alidade {

/// The ground truths of one object through a sequence, in the order of the images.
struct Track {
  std::uint32_t category = 0;
  std::vector<std::size_t> truths;  ///< rows of the ground truth
};

/// Tracks of an input. A sequence is a scene together with the part of the image's name before its last '/';
/// within it an object is known by its object id where it has one, else by its instance number, which then
/// has to stay the same over the sequence. Images are ordered by time where all have one, else as listed.
std::vector<Track> tracks(const EvaluationInput& input);

/// A frame in which a track counts as lost: no prediction, or an IoU not above this.
constexpr double kLostOverlap = 0.25;

}  // namespace alidade
