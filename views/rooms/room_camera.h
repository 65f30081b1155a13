// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <Eigen/Core>
#include <QJsonObject>

#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

struct RoomCloud;

/// From where a room is seen: an eye that goes around a target and never rolls. Metres, radians, z up.
struct RoomCamera {
  Eigen::Vector3d target = Eigen::Vector3d::Zero();
  double azimuth = -1.1;   ///< of the eye about the target, from +x towards +y
  double elevation = 0.7;  ///< of the eye above the target, at most straight above
  double distance = 8.0;

  Eigen::Vector3d eye() const;
  /// OpenCV axes: x right, y down, z forward.
  Rigid3 viewFromRoom() const;
  /// Intrinsics for a picture of this size, pixels.
  PinholeCamera intrinsics(double width, double height) const;
  /// Direction in the room of the ray through a place of such a picture.
  Eigen::Vector3d rayThrough(double x, double y, double width, double height) const;

  /// Dragged by so many heights of the picture.
  RoomCamera orbited(double right, double down) const;
  RoomCamera panned(double right, double down) const;
  /// Nearer for factors below 1.
  RoomCamera dollied(double factor) const;
};

enum class RoomSide {
  kCorner,  ///< from a corner, obliquely from above
  kTop,     ///< a plan, +y up
  kFront,   ///< along +y
  kRight,   ///< along -x
};

/// The whole room from there, in a picture of `aspect` width over height.
RoomCamera roomCamera(const RoomCloud& cloud, RoomSide side, double aspect);

QJsonObject toJson(const RoomCamera& camera);
/// Nothing for what toJson did not write.
std::optional<RoomCamera> roomCameraOf(const QJsonObject& saved);

}  // namespace alidade
