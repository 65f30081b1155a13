// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/data/point_scene.h"

namespace alidade {

/// Indoor scenes as a dataset, so that whatever lists, selects, remembers and compares frames does so with
/// scenes: frame i is scene i, its objects are the scene's boxes in the depth frame (z up), and its picture
/// is drawn from the points as seen from above, without the ceiling. Frames have no camera.
class PointSceneDataset : public Dataset {
 public:
  virtual const std::shared_ptr<const PointSceneSet>& scenes() const = 0;
};

/// Asks for the boxes of every annotated scene once, which takes as long as all their points where they are
/// generated. Cancelled is an error; boxes that cannot be read are problems of the dataset.
Expected<std::shared_ptr<const Dataset>> scene_dataset(std::shared_ptr<const PointSceneSet> scenes,
                                                       const JobContext& job);

/// The scenes behind a dataset; null for a dataset of images, and for none.
std::shared_ptr<const PointSceneSet> scenes_of(const Dataset* dataset);

}  // namespace alidade
