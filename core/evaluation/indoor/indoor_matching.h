// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/evaluation/statistics/average_precision.h"
#include "core/geometry/box_upright.h"

namespace alidade {

/// A ground truth or a detection in a scene.
struct IndoorObject {
  std::uint32_t scene = 0;
  std::uint32_t category = 0;
  double score = 1.0;  ///< detections only
  UprightBox box;
};

/// A detection with the only ground truth that it may find: the one of its scene and class that it overlaps
/// most, the first among equals.
struct IndoorDetection {
  std::size_t detection = 0;  ///< index in the detections
  std::int64_t truth = -1;    ///< index in the ground truths; -1 = none of its class in the scene
  double iou = 0.0;           ///< with that one
  std::uint32_t scene = 0;
};

/// One class over all scenes.
struct IndoorClass {
  std::vector<IndoorDetection> ranked;  ///< by falling score; in file order among equals
  std::vector<std::size_t> truths;      ///< indices in the ground truths
  std::vector<std::uint32_t> truths_per_scene;

  bool occurs() const { return !ranked.empty() || !truths.empty(); }
};

/// Compares every detection with the ground truths of its scene and class, as mmdetection3d's indoor
/// evaluation does. Cancelled is the only error.
Expected<std::vector<IndoorClass>> indoor_classes(std::span<const IndoorObject> truths,
                                                  std::span<const IndoorObject> detections,
                                                  std::size_t categories, std::size_t scenes,
                                                  const JobContext& job);

/// Which ranked detections are right: the overlap exceeds the threshold (strictly) and no better scored one
/// has taken the ground truth. A detection never turns to a second choice.
std::vector<bool> indoor_correct(const IndoorClass& of_class, double threshold);

/// The ranking as average_precision (ApRule::kEnvelope) takes it.
std::vector<RankedDetection> indoor_ranking(const IndoorClass& of_class, double threshold);

/// Share of ground truths that are found by all detections; nothing without ground truth. `weights` as in
/// average_precision.
std::optional<double> indoor_recall(std::span<const RankedDetection> ranked,
                                    std::span<const std::uint32_t> truths_per_scene,
                                    std::span<const std::uint32_t> weights);

}  // namespace alidade
