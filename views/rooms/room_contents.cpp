// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/room_contents.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/base/text_table.h"

namespace alidade {
namespace {

constexpr double kDegrees = 180.0 / std::numbers::pi;

double bestOverlap(const DetectedBox& found, const std::string& category, const RoomContents& contents) {
  double best = 0.0;
  for (const SceneBox& truth : contents.cloud->boxes) {
    if (contents.categories[static_cast<std::size_t>(truth.category)] == category) {
      best = std::max(best, upright_box_iou(found.box, truth.box));
    }
  }
  return best;
}

/// Where the ray enters the box, in lengths of `direction`; infinite when it misses.
double entryOf(const UprightBox& box, const Eigen::Vector3d& origin, const Eigen::Vector3d& direction) {
  const double c = std::cos(box.yaw), s = std::sin(box.yaw);
  Eigen::Matrix3d box_from_room;
  box_from_room << c, s, 0, -s, c, 0, 0, 0, 1;
  const Eigen::Vector3d from = box_from_room * (origin - box.center), along = box_from_room * direction;
  double near = 0.0, far = std::numeric_limits<double>::infinity();
  for (int axis = 0; axis < 3; ++axis) {
    const double half = 0.5 * box.size[axis];
    if (std::abs(along[axis]) < 1e-12) {
      if (std::abs(from[axis]) > half) {
        return std::numeric_limits<double>::infinity();
      }
      continue;
    }
    const double a = (-half - from[axis]) / along[axis], b = (half - from[axis]) / along[axis];
    near = std::max(near, std::min(a, b));
    far = std::min(far, std::max(a, b));
  }
  return near <= far ? near : std::numeric_limits<double>::infinity();
}

}  // namespace

const SceneDetections* RoomContents::detections() const {
  if (!result) {
    return nullptr;
  }
  const auto found = std::find_if(result->scenes.begin(), result->scenes.end(),
                                  [this](const SceneDetections& one) { return one.scene == scene; });
  return found == result->scenes.end() ? nullptr : &*found;
}

std::vector<RoomBox> shownBoxes(const RoomContents& contents) {
  std::vector<RoomBox> boxes;
  if (!contents.cloud) {
    return boxes;
  }
  const RoomLayers& layers = contents.layers;
  for (std::size_t i = 0; layers.truth && i < contents.cloud->boxes.size(); ++i) {
    const SceneBox& truth = contents.cloud->boxes[i];
    const std::string& category = contents.categories[static_cast<std::size_t>(truth.category)];
    if (!layers.hidden.contains(category)) {
      const int index = static_cast<int>(i);
      boxes.push_back({truth.box, category, 1.0, false, index, contents.selected == index, 0.0});
    }
  }
  const SceneDetections* found = layers.detections ? contents.detections() : nullptr;
  for (std::size_t i = 0; found != nullptr && i < found->boxes.size(); ++i) {
    const DetectedBox& one = found->boxes[i];
    const std::string& category = contents.result->categories[static_cast<std::size_t>(one.category)];
    if (one.score >= layers.least_score && !layers.hidden.contains(category)) {
      boxes.push_back({one.box, category, one.score, true, static_cast<int>(i), false,
                       bestOverlap(one, category, contents)});
    }
  }
  return boxes;
}

std::string boxLabel(const RoomBox& box) {
  return box.detection ? box.category + " " + fixed_text(box.score, 2) : box.category;
}

std::optional<std::size_t> boxOnRay(const std::vector<RoomBox>& boxes, const Eigen::Vector3d& origin,
                                    const Eigen::Vector3d& direction) {
  std::optional<std::size_t> hit;
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const double entry = entryOf(boxes[i].box, origin, direction);
    if (entry < nearest) {
      nearest = entry;
      hit = i;
    }
  }
  return hit;
}

Table boxTable(const RoomContents& contents) {
  Table table;
  table.columns = {"kind",
                   "class",
                   "score",
                   "x (m)",
                   "y (m)",
                   "z (m)",
                   "dx (m)",
                   "dy (m)",
                   "dz (m)",
                   "yaw (deg)",
                   "IoU with the ground truth"};
  for (const RoomBox& one : shownBoxes(contents)) {
    const UprightBox& box = one.box;
    using Cell = Table::Cell;
    table.rows.push_back({one.detection ? std::string("detection") : std::string("ground truth"),
                          one.category, one.detection ? Cell(one.score) : Cell(), box.center.x(),
                          box.center.y(), box.center.z(), box.size.x(), box.size.y(), box.size.z(),
                          box.yaw * kDegrees,
                          one.detection && !contents.cloud->boxes.empty() ? Cell(one.iou) : Cell()});
  }
  table.look.names = 2;
  return table;
}

}  // namespace alidade
