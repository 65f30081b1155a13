// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/data/dataset.h"
#include "core/geometry/box_upright.h"

namespace alidade {

/// One annotated or detected object of an indoor scene; `category` is an index into
/// PointSceneSet::categories().
struct SceneBox {
  int category = 0;
  UprightBox box;  ///< center of gravity, full sides, yaw about z from +x towards +y
};

/// A point cloud of a room with its objects. Metres in the depth frame: x right, y front, z up. `problems`
/// says what was wrong and left out, `remarks` doubt what was read; one sentence each.
struct PointScene {
  std::string name;
  std::vector<float> points;  ///< [n,3], all finite
  std::vector<float> colors;  ///< [n,3], 0..1; empty when there are none
  std::vector<SceneBox> boxes;
  std::vector<std::string> problems;
  std::vector<std::string> remarks;

  std::size_t num_points() const { return points.size() / 3; }
};

/// What is known of a scene before its points are read.
struct PointSceneInfo {
  std::string name;       ///< "scene0000_00", "Area_5/office_1": unique in the set
  std::string split;      ///< "train", "val", "test"; empty when not said
  bool annotated = true;  ///< false when nobody says what the scene holds, which is not "no objects"
};

/// A set of indoor scenes: immutable metadata and lazily read points. All methods may be called from several
/// threads at once.
class PointSceneSet {
 public:
  virtual ~PointSceneSet() = default;

  virtual std::string name() const = 0;
  virtual std::string format() const = 0;  ///< "ScanNet v2 (mmdetection3d)", "Rooms (procedural)"
  virtual std::filesystem::path root() const = 0;
  virtual const std::vector<std::string>& categories() const = 0;
  /// Whether boxes have a yaw. Where they have none, scenes may not be turned freely during augmentation.
  virtual bool rotated_boxes() const = 0;
  virtual std::size_t num_scenes() const = 0;
  virtual const PointSceneInfo& scene_info(std::size_t index) const = 0;
  virtual const std::vector<DatasetProblem>& problems() const = 0;
  /// SHA-256 over the annotations and the names and sizes of the point files, or over the recipe.
  virtual const std::string& digest() const = 0;

  /// The objects alone; cheap for sets that are read from files, as dear as load() for procedural ones.
  virtual Expected<std::vector<SceneBox>> boxes(std::size_t index) const = 0;
  virtual Expected<PointScene> load(std::size_t index) const = 0;

  /// The split that all scenes share; empty when they share none.
  std::string split() const;
};

/// What a set answers to an index it does not have: kUsage.
Error no_scene(const PointSceneSet& set, std::size_t index);

/// The scenes of one split as a set of its own; kInput, naming the splits there are, when it has none.
Expected<std::shared_ptr<const PointSceneSet>> split_of(std::shared_ptr<const PointSceneSet> set,
                                                        const std::string& split);

}  // namespace alidade
