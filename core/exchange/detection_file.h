// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/exchange/pose_table.h"
#include "core/results/detection_result.h"

namespace alidade {

/// The text of the array "detections", by which such a file is told from other predictions.
inline constexpr const char* kDetectionFormat = "alidade-detections/1";

/// The name of a run of detections: "CHECKPOINT · SOURCE".
std::string run_name(const DetectionResult& result);

/// Detections as predictions: one row per box, scene by scene.
PoseTable detection_table(const DetectionResult& result);

/// Writes an NPZ that is predictions ("Ground truth and predictions" of docs/formats.md) and more
/// ("Detections").
Expected<void> write_detections(const DetectionResult& result, const std::filesystem::path& path);

/// Reads it, or any other predictions of upright boxes. Scenes are numbered as the file lists them until
/// `detections_on_set` finds them in a set. An Error names file, key and row.
Expected<DetectionResult> read_detections(const std::filesystem::path& path);

/// Whether these names of arrays are those of `write_detections`.
bool looks_like_detections(const std::vector<std::string>& names);

}  // namespace alidade
