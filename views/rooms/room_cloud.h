// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/data/point_scene.h"
#include "views/base/chosen_color_map.h"

namespace alidade {

/// A room's points in an order drawn at random: the first n of them are an even sample of all, so that fewer
/// are drawn while the room moves. Immutable once made.
struct RoomCloud {
  std::string name;
  std::vector<float> xyz;            ///< [n,3] metres, z up
  std::vector<unsigned char> photo;  ///< [n,3] RGB; empty without colors
  std::vector<SceneBox> boxes;
  /// Corners of what the room is seen as, without stray points: 2 in 1000 at each end are left out.
  Eigen::Vector3d low = Eigen::Vector3d::Zero(), high = Eigen::Vector3d::Ones();

  std::size_t size() const { return xyz.size() / 3; }
  Eigen::Vector3d middle() const { return 0.5 * (low + high); }
  /// Height (m) below which points are shown for a share of the room's height; 1 = all.
  double cutHeight(double share) const;
};

std::shared_ptr<const RoomCloud> makeRoomCloud(const PointScene& scene);

/// RGB of every point by its height above the floor.
std::vector<unsigned char> heightColors(const RoomCloud& cloud, const ColorMap& map, bool dark_surface);

}  // namespace alidade
