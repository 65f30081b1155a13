// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <Eigen/Core>

namespace alidade {

/// A ray in some frame; `direction` has unit length.
struct RoomsRay {
  Eigen::Vector3f origin, direction;
};

/// Where a ray meets a solid.
struct RoomsHit {
  float distance = 0.0F;
  Eigen::Vector3f normal = Eigen::Vector3f::Zero();  ///< outwards, unit length
};

/// One convex piece of furniture, along the axes of its object: of what everything in a room is made. A
/// cylinder stands; its sections are ellipses.
struct RoomsSolid {
  enum class Kind { kCuboid, kCylinder, kEllipsoid };
  Kind kind = Kind::kCuboid;
  Eigen::Vector3f center = Eigen::Vector3f::Zero();  ///< metres
  Eigen::Vector3f half = Eigen::Vector3f::Zero();    ///< half sides or semi-axes, all positive
  Eigen::Vector3f color = Eigen::Vector3f::Zero();   ///< 0..1
};

/// The first point of the solid's surface in front of the ray's origin; nothing when the ray starts inside or
/// misses.
std::optional<RoomsHit> hit_solid(const RoomsSolid& solid, const RoomsRay& ray);

/// An object of a room: solids in its own frame (x along its width, y towards its front, z up, origin on the
/// floor under its middle), turned by `yaw` about z and put at `position`.
struct RoomsObject {
  int kind = -1;  ///< RoomsKind of furniture; -1 for what no source labels
  std::vector<RoomsSolid> solids;
  Eigen::Vector3f position = Eigen::Vector3f::Zero();
  float yaw = 0.0F;

  /// Bounds of the solids in the object's frame.
  Eigen::Vector3f low() const;
  Eigen::Vector3f high() const;
};

}  // namespace alidade
