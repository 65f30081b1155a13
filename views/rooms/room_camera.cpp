// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/room_camera.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>
#include <QJsonArray>

#include "views/rooms/room_cloud.h"

namespace alidade {
namespace {

constexpr double kHalfAngle = 0.39;  // of the picture's height, radians
constexpr double kStraightAbove = 0.5 * std::numbers::pi;
constexpr double kLowest = -1.2;
constexpr double kTurnPerHeight = 3.0;
constexpr double kNearest = 0.2, kFarthest = 500.0;  // metres
constexpr double kMargin = 1.06;
constexpr double kLookedAt = 0.38;  // share of the height: what stands in a room stands low

/// The nearest distance from which all corners of the room are in the picture.
double fittingDistance(const RoomCloud& cloud, const RoomCamera& camera, double aspect) {
  const Eigen::Matrix3d R = camera.viewFromRoom().R;
  const double tangent = std::tan(kHalfAngle);
  double distance = kNearest;
  for (int corner = 0; corner < 8; ++corner) {
    Eigen::Vector3d p;
    for (int axis = 0; axis < 3; ++axis) {
      p[axis] = ((corner >> axis) & 1) != 0 ? cloud.high[axis] : cloud.low[axis];
    }
    const Eigen::Vector3d seen = R * (p - camera.target);
    const double needed = std::max(std::abs(seen.x()) / aspect, std::abs(seen.y())) / tangent;
    distance = std::max(distance, kMargin * needed - seen.z());
  }
  return distance;
}

}  // namespace

Eigen::Vector3d RoomCamera::eye() const {
  const double level = std::cos(elevation);
  return target + distance * Eigen::Vector3d(level * std::cos(azimuth), level * std::sin(azimuth),
                                             std::sin(elevation));
}

Rigid3 RoomCamera::viewFromRoom() const {
  const Eigen::Vector3d forward = (target - eye()) / distance;
  const Eigen::Vector3d right(-std::sin(azimuth), std::cos(azimuth), 0.0);  // also from straight above
  Rigid3 view;
  view.R.row(0) = right;
  view.R.row(1) = forward.cross(right);
  view.R.row(2) = forward;
  view.t = -view.R * eye();
  return view;
}

PinholeCamera RoomCamera::intrinsics(double width, double height) const {
  const double focal = 0.5 * height / std::tan(kHalfAngle);
  return {static_cast<int>(std::lround(width)),
          static_cast<int>(std::lround(height)),
          focal,
          focal,
          0.5 * width - 0.5,
          0.5 * height - 0.5};
}

Eigen::Vector3d RoomCamera::rayThrough(double x, double y, double width, double height) const {
  return (viewFromRoom().R.transpose() * intrinsics(width, height).unproject(x - 0.5, y - 0.5, 1.0))
      .normalized();
}

RoomCamera RoomCamera::orbited(double right, double down) const {
  RoomCamera turned = *this;
  turned.azimuth = std::remainder(azimuth - kTurnPerHeight * right, 2.0 * std::numbers::pi);
  turned.elevation = std::clamp(elevation + kTurnPerHeight * down, kLowest, kStraightAbove);
  return turned;
}

RoomCamera RoomCamera::panned(double right, double down) const {
  RoomCamera moved = *this;
  const Eigen::Matrix3d R = viewFromRoom().R;
  const double metres = 2.0 * distance * std::tan(kHalfAngle);
  moved.target -= metres * (right * R.row(0).transpose() + down * R.row(1).transpose());
  return moved;
}

RoomCamera RoomCamera::dollied(double factor) const {
  RoomCamera moved = *this;
  moved.distance = std::clamp(factor * distance, kNearest, kFarthest);
  return moved;
}

RoomCamera roomCamera(const RoomCloud& cloud, RoomSide side, double aspect) {
  RoomCamera camera;
  camera.target = cloud.middle();
  switch (side) {
    case RoomSide::kCorner:
      camera.target.z() = cloud.low.z() + kLookedAt * (cloud.high.z() - cloud.low.z());
      break;
    case RoomSide::kTop:
      camera.azimuth = -kStraightAbove;
      camera.elevation = kStraightAbove;
      break;
    case RoomSide::kFront:
      camera.azimuth = -kStraightAbove;
      camera.elevation = 0.0;
      break;
    case RoomSide::kRight:
      camera.azimuth = 0.0;
      camera.elevation = 0.0;
      break;
  }
  camera.distance = std::min(fittingDistance(cloud, camera, aspect), kFarthest);
  return camera;
}

QJsonObject toJson(const RoomCamera& camera) {
  return {{"target", QJsonArray{camera.target.x(), camera.target.y(), camera.target.z()}},
          {"azimuth", camera.azimuth},
          {"elevation", camera.elevation},
          {"distance", camera.distance}};
}

std::optional<RoomCamera> roomCameraOf(const QJsonObject& saved) {
  const QJsonArray target = saved.value("target").toArray();
  RoomCamera camera;
  camera.azimuth = saved.value("azimuth").toDouble(NAN);
  camera.elevation = saved.value("elevation").toDouble(NAN);
  camera.distance = saved.value("distance").toDouble(NAN);
  if (target.size() != 3 || !std::isfinite(camera.azimuth) || !std::isfinite(camera.elevation) ||
      !(camera.distance >= kNearest && camera.distance <= kFarthest)) {
    return std::nullopt;
  }
  camera.elevation = std::clamp(camera.elevation, kLowest, kStraightAbove);
  for (int axis = 0; axis < 3; ++axis) {
    camera.target[axis] = target.at(axis).toDouble(NAN);
    if (!(std::abs(camera.target[axis]) < 1e5)) {
      return std::nullopt;
    }
  }
  return camera;
}

}  // namespace alidade
