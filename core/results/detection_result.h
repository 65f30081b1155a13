// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/provenance.h"
#include "core/geometry/box_upright.h"

namespace alidade {

/// A box that a detector found.
struct DetectedBox {
  UprightBox box;    ///< center of gravity, full sides, yaw about z
  int category = 0;  ///< index into the list of classes
  double score = 0.0;
};

/// What was found in one scene.
struct SceneDetections {
  std::size_t scene = 0;  ///< index in the set
  std::string name;
  std::vector<DetectedBox> boxes;  ///< by falling score
  double seconds = 0.0;            ///< of detecting, without reading the scene
};

/// Detections in the scenes of a set. Immutable once made.
struct DetectionResult {
  std::string dataset, dataset_sha256;
  std::string source;                   ///< whose head answered
  std::vector<std::string> categories;  ///< the head's classes
  std::vector<SceneDetections> scenes;
  std::vector<std::string> skipped;   ///< scenes that could not be read: one sentence each
  std::vector<std::string> problems;  ///< what was left out of scenes that were: one sentence each
  Provenance provenance;
};

}  // namespace alidade
