// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "core/base/expected.h"
#include "core/results/pose_result.h"

namespace alidade {

/// Writes a result as NPZ (docs/formats.md, "Pose results"): poses in metres, errors in degrees and
/// centimetres, provenance as text.
Expected<void> write_pose_result(const PoseResult& result, const std::filesystem::path& path);

}  // namespace alidade
