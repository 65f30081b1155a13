// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/point_scene.h"
#include "core/nn/sparse_detector/detector_network.h"
#include "core/results/detection_result.h"
#include "core/results/kernel_sharing.h"

namespace alidade {

/// How scenes are searched.
struct DetectOptions {
  std::string source{};               ///< whose head answers; empty = the only one, or that named as the set
  std::vector<std::size_t> scenes{};  ///< indices; empty = all
  std::optional<Suppression> suppression{};  ///< in place of the network's
};

/// The head that answers for a set: the one that is named, the one called as the set is, the only one that
/// has the set's classes, or the only one. kUsage, naming those there are.
Expected<int> head_for(const DetectorConfig& config, const PointSceneSet& set, const std::string& source);

/// Boxes in scenes. kUsage for an index that the set does not have; scenes that cannot be read are skipped
/// with a sentence, scenes without points have no boxes.
Expected<std::shared_ptr<const DetectionResult>> detect_scenes(DetectorNetwork& network,
                                                               const PointSceneSet& set,
                                                               const DetectOptions& options,
                                                               const JobContext& job);

/// What SF-KS decides in scenes of a set, read as by the head of `source`; the scenes are added to `sharing`.
Expected<void> add_scene_sharing(DetectorNetwork& network, const PointSceneSet& set,
                                 const DetectOptions& options, KernelSharing& sharing, const JobContext& job);

/// What the network sees of a scene.
Expected<DetectorInput> scene_input(const PointScene& scene, const DetectorConfig& config);

/// Accuracy of detections by the indoor protocol (mmdetection3d), shares of 1.
struct DetectionAccuracy {
  double map25 = 0.0, map50 = 0.0;  ///< means over the classes that occur in the truth
  std::vector<std::string> classes;
  std::vector<std::optional<double>> ap25, ap50;  ///< by class; nothing without truths
};

/// Detections in samples against their boxes; `found` has those of each sample.
Expected<DetectionAccuracy> detection_accuracy(const DetectorSource& source,
                                               const std::vector<DetectorSample>& samples,
                                               const std::vector<std::vector<DetectedBox>>& found,
                                               const JobContext& job);
/// Detects in samples of a source and measures.
Expected<DetectionAccuracy> measure_detector(DetectorNetwork& network, int source,
                                             const std::vector<DetectorSample>& samples,
                                             const JobContext& job);

}  // namespace alidade
