// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/data/procedural/rooms/rooms_placer.h"

namespace alidade {

/// The first surface that a ray meets.
struct RoomsCast {
  float distance = 0.0F;
  int object = -1;  ///< index in the room; -1 = floor, wall or ceiling
  Eigen::Vector3f normal = Eigen::Vector3f::Zero();
  Eigen::Vector3f color = Eigen::Vector3f::Zero();  ///< 0..1, before light
};

/// Casts rays from one place in a room. Counts for every object how many rays would meet it if it stood
/// alone, and how many meet it first.
class RoomsCaster {
 public:
  RoomsCaster(const RoomsLayout& room, const Eigen::Vector3f& origin);

  /// `direction` has unit length.
  RoomsCast cast(const Eigen::Vector3f& direction);

  const std::vector<int>& met() const { return met_; }
  const std::vector<int>& seen() const { return seen_; }

 private:
  /// An object as seen from the origin: in its own frame, and the cone that holds it.
  struct Target {
    const RoomsObject* object;
    float cosine, sine;      ///< of its yaw
    Eigen::Vector3f origin;  ///< of the rays, in its frame
    Eigen::Vector3f axis;    ///< of the cone, in the room
    float opening;           ///< cosine of half the cone's angle; -2 when the origin is inside its sphere
    RoomsSolid bounds;
  };
  RoomsCast shell(const Eigen::Vector3f& direction) const;

  const RoomsLayout& room_;
  Eigen::Vector3f origin_;
  std::vector<Target> targets_;
  std::vector<int> met_, seen_;
};

}  // namespace alidade
