// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <Eigen/Core>

#include "core/base/random.h"
#include "core/data/procedural/rooms/rooms_solid.h"

namespace alidade {

/// A room with what stands in it: x in [0, size.x], y in [0, size.y], floor at z = 0.
struct RoomsLayout {
  Eigen::Vector3f size = Eigen::Vector3f::Zero();
  Eigen::Vector3f floor_color = Eigen::Vector3f::Zero(), wall_color = Eigen::Vector3f::Zero();
  std::vector<RoomsObject> objects;
};

/// A vector turned by `yaw` about z.
Eigen::Vector3f turned(const Eigen::Vector3f& v, float yaw);

/// Whether a point lies `margin` metres off everything in the room that reaches above `height`.
bool is_free(const RoomsLayout& room, const Eigen::Vector2f& point, float margin, float height);

/// Puts objects into a room so that none cuts another: two may share ground only above each other. What finds
/// no place in a few tries is left out.
class RoomsPlacer {
 public:
  RoomsPlacer(RoomsLayout& room, Random& random) : room_(room), random_(random) {}

  /// With its back to a wall, `gap` metres off it at most, turned by `jitter` radians at most. Returns the
  /// index of the object in the room, or -1.
  int at_wall(RoomsObject object, float gap, float jitter);
  /// Anywhere, `margin` metres off the walls, at `yaw`.
  int anywhere(RoomsObject object, float yaw, float margin);
  /// In front of one side of another object and facing it, `offset` metres off its edge; it may reach under
  /// the other.
  int facing(RoomsObject object, int other, bool front_only, float offset, float jitter);
  /// Beside the head of a bed, on one side.
  int beside(RoomsObject object, int other, bool left);
  /// On top of another object, somewhere on the inner part of its upper side.
  void on_top(RoomsObject object, int other);

 private:
  int add_if_free(RoomsObject object, int ignored);

  RoomsLayout& room_;
  Random& random_;
};

}  // namespace alidade
