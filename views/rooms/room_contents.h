// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/base/table.h"
#include "core/results/detection_result.h"
#include "views/base/chosen_color_map.h"
#include "views/rooms/room_cloud.h"

namespace alidade {

enum class RoomColor { kPhoto, kHeight };

/// What is shown of a room.
struct RoomLayers {
  bool points = true;
  bool truth = true;
  bool detections = true;
  bool labels = true;
  RoomColor color = RoomColor::kPhoto;
  double point_size = 2.0;         ///< pixels of a picture 500 pixels high
  double least_score = 0.3;        ///< of the detections that are shown
  double cut = 0.9;                ///< share of the room's height below which points are shown; 1 = all
  std::set<std::string> hidden{};  ///< classes that are not shown
  ColorMap colors = SequentialMap::kCividis;  ///< of heights

  bool operator==(const RoomLayers&) const = default;
};

/// Two places in the room that belong together, metres.
struct RoomPair {
  Eigen::Vector3f from, to;
};

/// A box that is drawn.
struct RoomBox {
  UprightBox box;
  std::string category;
  double score = 1.0;
  bool detection = false;
  int index = 0;          ///< in the scene's boxes, or in its detections
  bool selected = false;  ///< a ground truth that the session has selected
  double iou = 0.0;       ///< of a detection with the ground truth of its class that it overlaps most
};

struct RoomContents {
  std::shared_ptr<const RoomCloud> cloud;            ///< null: nothing to show
  std::vector<std::string> categories;               ///< of the set
  std::shared_ptr<const DetectionResult> result;     ///< may be null
  std::size_t scene = 0;                             ///< index in the set
  std::optional<int> selected;                       ///< index in the scene's boxes
  std::shared_ptr<const std::vector<RoomPair>> lit;  ///< drawn above the points; null = none
  RoomLayers layers;

  /// What was found in this scene; null where it was not searched.
  const SceneDetections* detections() const;
};

/// The boxes that the layers show: ground truths in their order, then detections by falling score.
std::vector<RoomBox> shownBoxes(const RoomContents& contents);

/// "chair", "chair 0.87".
std::string boxLabel(const RoomBox& box);

/// The nearest of the boxes that the ray meets; nothing when it meets none.
std::optional<std::size_t> boxOnRay(const std::vector<RoomBox>& boxes, const Eigen::Vector3d& origin,
                                    const Eigen::Vector3d& direction);

/// One row per shown box: kind, class, score, center, sides, yaw, IoU.
Table boxTable(const RoomContents& contents);

}  // namespace alidade
