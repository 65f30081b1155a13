// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/dataset.h"
#include "core/results/object_samples.h"
#include "core/results/pose_result.h"
#include "views/base/chosen_color_map.h"
#include "views/base/pose_overlay.h"
#include "views/scene/hypothesis_look.h"
#include "views/scene/viewpoint.h"

namespace alidade {

/// What colors the points of the cloud.
enum class PointColor {
  kPhoto,
  kTruth,       ///< distance to the nearest mesh at the ground truth
  kPrediction,  ///< at the prediction
};

/// What is shown of a scene.
struct SceneLayers {
  OverlayLayers poses;
  bool points = true;
  bool meshes = false;  ///< at the ground truth, where the dataset has them
  bool frustum = true;
  bool grid = true;         ///< on the dominant plane of the point cloud
  bool hypotheses = false;  ///< the K samples
  HypothesisLook look;      ///< of the hypotheses
  double point_size = 3.0;  ///< logical pixels on screen
  PointColor point_color = PointColor::kPhoto;
  ColorMap colors = SequentialMap::kCividis;  ///< of distances, errors, energies and times
  double distance_range = 0.02;  ///< metres at the end of the scale; points farther off are gray
};

/// Everything a scene needs; plain data, all poses in the frame's camera (OpenCV axes, metres).
struct SceneContents {
  std::shared_ptr<const Frame> frame;
  std::shared_ptr<const PoseResult> result;  ///< may be null
  SceneLayers layers;
  std::shared_ptr<const ObjectSamples> samples;       ///< of the lab's column; may be null
  double time = 0.0;                                  ///< diffusion time that `samples` are shown at
  std::vector<int> marked;                            ///< numbers of the lab's samples that stand out
  std::optional<int> selected;                        ///< Instance::index
  std::map<int, std::shared_ptr<const Mesh>> meshes;  ///< by object id; those missing are not drawn
  /// Distances of the depth image's points as `layers.point_color` says, metres; null: they keep their color.
  std::shared_ptr<const ImageF> distances{};
  std::vector<Eigen::Vector3d> measured{};  ///< up to two points that a length is measured between
};

}  // namespace alidade
