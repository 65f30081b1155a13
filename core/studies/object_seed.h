// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "core/data/dataset.h"

namespace alidade {

/// Seed of one object: depends on nothing but the run's seed, the frame's name and the instance, so that a
/// subset of a run draws the same numbers as the whole.
std::uint64_t object_seed(std::uint64_t seed, const std::string& frame_name, int instance);

/// Streams of an object's seed, for mix_seed.
inline constexpr std::uint64_t kNoiseStream = 1, kPointStream = 2, kSubsetStream = 3, kStepStream = 4;

/// A pose of the box frame, as the network gives it, expressed for the object frame.
Rigid3 object_pose(const Rigid3& box, const Eigen::Vector3d& center_obj);

}  // namespace alidade
