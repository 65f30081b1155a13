// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/point_scene.h"
#include "core/evaluation/pose_set.h"
#include "core/exchange/pose_table.h"

namespace alidade {

/// The boxes of all annotated scenes as ground truth; every class of the set, in its order, and every scene,
/// also without boxes. With `scenes` only those of these indices, in their order.
Expected<PoseTable> scene_truth(const PointSceneSet& set, const JobContext& job,
                                const std::vector<std::size_t>* scenes = nullptr);

/// Ground truth of the scenes, predictions from a file (docs/formats.md, "Ground truth and predictions") that
/// names them.
Expected<std::shared_ptr<const EvaluationInput>> read_scene_evaluation_input(
    const PointSceneSet& set, const std::filesystem::path& predictions, const JobContext& job);

/// What was written.
struct SceneTruth {
  std::size_t scenes = 0, boxes = 0;
};

/// Writes `scene_truth` as an exchange file.
Expected<SceneTruth> write_scene_truth(const PointSceneSet& set, const std::filesystem::path& path,
                                       const JobContext& job);

/// kInput with the first of them when boxes or scenes of the set could not be read, unless `allow`.
Expected<void> require_scene_truth(const PointSceneSet& set, bool allow);

}  // namespace alidade
