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
#include "core/evaluation/pose_set.h"
#include "core/evaluation/protocol.h"
#include "core/evaluation/report/report.h"
#include "core/results/detection_result.h"

namespace alidade {

/// The indoor protocol for detections on a set: for turned boxes where either side has one.
const Protocol& indoor_protocol(const PointSceneSet& set, const DetectionResult& result);

/// Whether one of the scenes that were searched is annotated.
bool has_scene_truth(const PointSceneSet& set, const DetectionResult& result);

/// The boxes of the annotated scenes among those searched, and the detections in them. What is found of
/// classes that the set does not have is left out and counted in a note.
Expected<std::shared_ptr<const EvaluationInput>> detection_input(const PointSceneSet& set,
                                                                 const DetectionResult& result,
                                                                 const JobContext& job);

/// How well one scene was searched.
struct SceneScore {
  std::size_t scene = 0;  ///< index in the set
  double map25 = 0.0;     ///< mAP@0.25 of this scene alone, over the classes that its ground truth has; 0..1
  std::size_t truths = 0, detections = 0;
};

/// The annotated scenes among those searched that hold objects, worst first; among equals the one that misses
/// more comes first.
Expected<std::vector<SceneScore>> worst_scenes(const PointSceneSet& set, const DetectionResult& result,
                                               const JobContext& job);

/// Mean of a column over the classes that have ground truth, natural units: also where the protocol's own
/// mean is undefined because a class without ground truth is detected. Nothing where there is none.
std::optional<double> mean_over_truths(const EvaluationReport& report, const std::string& column);

/// Detections from a file on the set they belong to.
struct OpenedDetections {
  std::shared_ptr<const DetectionResult> result;
  std::vector<std::string> notes;  ///< what was left out, another digest: one sentence each
};

/// Reads predictions of boxes and finds their scenes by name. kInput when no scene of the file is one of the
/// set's.
Expected<OpenedDetections> open_detections(const std::filesystem::path& path, const PointSceneSet& set);

}  // namespace alidade
