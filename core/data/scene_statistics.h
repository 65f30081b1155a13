// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/point_scene.h"

namespace alidade {

/// What a detector takes for granted of the scenes it gets. Lengths in metres; 0 and -1 stand for "not
/// known".
struct SceneStatistics {
  std::vector<std::string> categories;
  bool rotated_boxes = false;
  double extent = 0.0;           ///< median over the scenes of the longer horizontal side
  double color = -1.0;           ///< mean of all colors, 0..1; -1 = without colors
  std::vector<double> box_side;  ///< per category: median of the mean side; 0 = none seen
};

/// Of the first `most_scenes` scenes with points.
Expected<SceneStatistics> scene_statistics(const PointSceneSet& set, std::size_t most_scenes,
                                           const JobContext& job);

/// In what `given` scenes differ from those that a checkpoint was trained on, one sentence each: other
/// classes or another order of them, boxes with or without yaw, another unit, colors of another range or
/// none. Empty when they fit.
std::vector<std::string> scene_misfits(const SceneStatistics& trained, const SceneStatistics& given);

}  // namespace alidade
