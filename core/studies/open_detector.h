// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/point_scene.h"
#include "core/nn/sparse_detector/detector_network.h"

namespace alidade {

/// Opens a checkpoint of a detector; with `rules` it computes by those in place of the ones it was trained
/// with. kInput for a checkpoint of another architecture.
Expected<std::unique_ptr<DetectorNetwork>> open_detector(const std::filesystem::path& path,
                                                         std::optional<DetectorRules> rules = {});

/// Whether a checkpoint is one of a detector; errors of reading it.
Expected<bool> is_detector(const std::filesystem::path& path);

/// In what a set differs from what a head was trained on, as far as a checkpoint tells: classes and their
/// order, turned boxes, units, colors. One sentence each (core/data/scene_statistics.h). Reads some scenes;
/// Cancelled is the only error.
Expected<std::vector<std::string>> detector_misfits(const DetectorSource& head, const PointSceneSet& set,
                                                    const JobContext& job);

}  // namespace alidade
