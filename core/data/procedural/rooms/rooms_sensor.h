// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/data/procedural/rooms/rooms_caster.h"

namespace alidade {

/// A measured point, in the frame of its source.
struct RoomsSample {
  Eigen::Vector3f position, color;
  int object = -1;  ///< index in the room; -1 = floor, wall or ceiling
};

/// What a sensor brings home. A point p of the room lies at turned(p - origin, -heading).
struct RoomsCapture {
  std::vector<RoomsSample> samples;
  std::vector<int> met, seen;  ///< of all rays, by object (RoomsCaster)
  Eigen::Vector3f origin = Eigen::Vector3f::Zero();
  float heading = 0.0F;
};

/// How a room is walked through and put together from what is seen on the way.
struct RoomsWalk {
  int stops = 6;         ///< places from which rays go in all directions
  int rays = 80000;      ///< of all stops together
  float cell = 0.03F;    ///< metres: one point is kept per cell, as a reconstruction has it
  float noise = 0.004F;  ///< standard deviation, metres
  float drift = 0.012F;  ///< metres: slow bending of the whole reconstruction
  float ceiling = 0.0F;  ///< share of the points of the ceiling that is kept
};

/// A reconstruction of the room, in its own frame.
RoomsCapture walk_room(const RoomsLayout& room, const RoomsWalk& walk, Random& random);

/// A depth image of about `pixels` from beside a wall, from where most furniture is seen among five places,
/// 57 degrees wide, with the noise of a depth camera times `noise`: a standard deviation of 1.2 mm + 1.9 mm
/// (z - 0.4)^2 along the ray, holes at grazing angles, nothing beyond 0.4 to 8 m. The camera is the origin
/// and looks along +y.
RoomsCapture view_room(const RoomsLayout& room, int pixels, float noise, Random& random);

}  // namespace alidade
