// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "core/data/dataset.h"

namespace alidade {

/// The sentence for Frame::problems that a depth image is there, but nobody knows how far its unit is. `remedy`
/// says what to do: "add depth_scale to scene_camera.json".
std::string unknown_depth_unit(const std::filesystem::path& file, const std::string& remedy);

/// The frame has no depth because the unit of its depth image is unknown: it has such a sentence.
bool depth_unit_unknown(const Frame& frame);

}  // namespace alidade
