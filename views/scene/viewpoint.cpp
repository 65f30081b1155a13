// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/viewpoint.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <Eigen/Geometry>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr double kFov = 0.66;      // radians, vertical; about 38 degrees
constexpr double kClosest = 0.01;  // metres
constexpr double kFarthest = 50.0;
constexpr double kSteepest = 1.55;  // radians above or below the horizon
constexpr double kFill = 1.12;      // room around what is framed

/// Rotation whose rows are the view's right, down and forward.
Eigen::Matrix3d lookAlong(const Eigen::Vector3d& forward, const Eigen::Vector3d& up) {
  const Eigen::Vector3d f = forward.normalized();
  Eigen::Vector3d right = f.cross(up);
  if (right.norm() < 1e-6) {
    right = f.unitOrthogonal();
  }
  right.normalize();
  Eigen::Matrix3d R;
  R.row(0) = right;
  R.row(1) = f.cross(right);
  R.row(2) = f;
  return R;
}

/// Where the camera looks, made level.
Eigen::Vector3d levelForward(const Floor& floor) {
  const Eigen::Vector3d level = Eigen::Vector3d::UnitZ() - floor.up_cam.z() * floor.up_cam;
  return level.norm() < 1e-3 ? floor.up_cam.unitOrthogonal() : Eigen::Vector3d(level.normalized());
}

Viewpoint lookingAt(const Eigen::Vector3d& target, const Eigen::Vector3d& forward, const Eigen::Vector3d& up,
                    double distance) {
  Viewpoint view;
  view.vertical_fov = kFov;
  view.pivot_cam = target;
  view.view_from_cam.R = lookAlong(forward, up);
  view.view_from_cam.t = -(view.view_from_cam.R * (target - distance * forward.normalized()));
  return view;
}

double distanceFor(double radius, double fov, double aspect) {
  const double half = std::min(0.5 * fov, std::atan(std::tan(0.5 * fov) * aspect));
  return std::clamp(kFill * radius / std::sin(half), 3.0 * kClosest, kFarthest);
}

/// Middle and radius of the objects, else of the measured depths, else of a metre in front of the camera.
std::pair<Eigen::Vector3d, double> extentOf(const Frame& frame) {
  Eigen::AlignedBox3d box;
  for (const Instance& instance : frame.instances) {
    for (const auto& corner : box_corners(instance.box_cam())) {
      if (corner.allFinite()) {
        box.extend(corner);
      }
    }
  }
  const ImageF& depth = frame.depth;
  const bool use_depth = box.isEmpty() && frame.camera.valid();
  for (std::size_t i = 0; use_depth && i < depth.data.size(); i += 97) {
    const int pixel = static_cast<int>(i);
    if (depth.data[i] > 0.0F && std::isfinite(depth.data[i])) {
      box.extend(frame.camera.unproject(pixel % depth.width, pixel / depth.width, depth.data[i]));
    }
  }
  if (box.isEmpty()) {
    return {Eigen::Vector3d(0, 0, 1), 0.3};
  }
  return {box.center(), std::max(0.05, 0.5 * box.diagonal().norm())};
}

/// The image's own camera, fitted into a picture of this aspect.
Viewpoint imageView(const Frame& frame, double aspect, const Eigen::Vector3d& target) {
  const PinholeCamera& camera = frame.camera;
  const double height =
      std::max<double>(camera.height, camera.width / aspect);  // of the picture, in image pixels
  Viewpoint view;
  view.vertical_fov = 2.0 * std::atan(0.5 * height / camera.fy);
  view.principal =
      Eigen::Vector2d(camera.cx + 0.5 - 0.5 * camera.width, camera.cy + 0.5 - 0.5 * camera.height) / height;
  view.pivot_cam = Eigen::Vector3d(0, 0, std::max(0.05, target.z()));
  return view;
}

/// The floor's own frame: y up, z where the camera looks, made level.
Rigid3 camFromFloor(const Floor& floor) {
  Rigid3 pose;
  const Eigen::Vector3d level = levelForward(floor);
  pose.R.col(0) = floor.up_cam.cross(level);
  pose.R.col(1) = floor.up_cam;
  pose.R.col(2) = level;
  pose.t = floor.origin_cam;
  return pose;
}

}  // namespace

Viewpoint carriedOver(const Viewpoint& from, const Floor& old_floor, const Floor& new_floor) {
  if (!old_floor.found || !new_floor.found) {
    return from;
  }
  const Rigid3 old_from_new = camFromFloor(old_floor) * camFromFloor(new_floor).inverse();
  Viewpoint carried = from;
  carried.view_from_cam = from.view_from_cam * old_from_new;
  carried.view_from_cam.R = project_to_so3(carried.view_from_cam.R);
  carried.pivot_cam = old_from_new.inverse() * from.pivot_cam;
  return carried;
}

PinholeCamera Viewpoint::camera(double width, double height) const {
  const double focal = 0.5 * height / std::tan(0.5 * vertical_fov);
  return {
      static_cast<int>(std::ceil(width)),         static_cast<int>(std::ceil(height)),        focal, focal,
      0.5 * width + principal.x() * height - 0.5, 0.5 * height + principal.y() * height - 0.5};
}

Viewpoint standardView(const Frame& frame, const Floor& floor, StandardView view, double aspect) {
  const auto [target, radius] = extentOf(frame);
  if (view == StandardView::kCamera && frame.camera.valid() && frame.camera.width > 0 &&
      frame.camera.height > 0) {
    return imageView(frame, aspect, target);
  }
  const Eigen::Vector3d up = floor.up_cam;
  const Eigen::Vector3d level = levelForward(floor);
  Eigen::Vector3d forward = level;
  Eigen::Vector3d upright = up;
  switch (view) {
    case StandardView::kRight:
      forward = up.cross(level);
      break;
    case StandardView::kTop:
      forward = -up;
      upright = level;
      break;
    case StandardView::kThreeQuarter:
      forward = rotation_about(up, 0.45) * level * std::cos(0.55) - up * std::sin(0.55);
      break;
    case StandardView::kCamera:
    case StandardView::kFront:
      break;
  }
  return lookingAt(target, forward, upright, distanceFor(radius, kFov, aspect));
}

Viewpoint orbited(const Viewpoint& from, const Floor& floor, double turn, double tilt) {
  const Eigen::Vector3d forward = from.view_from_cam.R.row(2);
  const double elevation = std::asin(std::clamp(-forward.dot(floor.up_cam), -1.0, 1.0));
  const double next = std::clamp(elevation + tilt, -kSteepest, kSteepest);
  // A camera that starts beyond the stop may only come back.
  const double allowed =
      std::abs(elevation) > kSteepest && std::abs(next) > std::abs(elevation) ? 0.0 : next - elevation;
  const Eigen::Vector3d right = from.view_from_cam.R.row(0);
  const Eigen::Matrix3d motion = rotation_about(floor.up_cam, turn) * rotation_about(right, -allowed);
  const Eigen::Vector3d eye = from.pivot_cam + motion * (from.eye_cam() - from.pivot_cam);
  Viewpoint next_view = from;
  next_view.view_from_cam.R = project_to_so3(from.view_from_cam.R * motion.transpose());
  next_view.view_from_cam.t = -(next_view.view_from_cam.R * eye);
  return next_view;
}

Viewpoint panned(const Viewpoint& from, double dx, double dy) {
  const double depth = std::max(kClosest, (from.view_from_cam * from.pivot_cam).z());
  const double height = 2.0 * depth * std::tan(0.5 * from.vertical_fov);
  const Eigen::Vector3d shift(dx * height, dy * height, 0.0);
  Viewpoint next = from;
  next.view_from_cam.t -= shift;
  next.pivot_cam += from.view_from_cam.R.transpose() * shift;
  return next;
}

Viewpoint dollied(const Viewpoint& from, double factor) {
  const Eigen::Vector3d away = from.eye_cam() - from.pivot_cam;
  const double distance = std::max(1e-6, away.norm());
  const double next = std::clamp(distance * factor, kClosest, kFarthest);
  Viewpoint view = from;
  view.view_from_cam.t = -(view.view_from_cam.R * (from.pivot_cam + away / distance * next));
  return view;
}

Viewpoint framed(const Viewpoint& from, const Eigen::Vector3d& target_cam, double radius, double aspect) {
  Viewpoint view = from;
  view.principal.setZero();
  view.pivot_cam = target_cam;
  const Eigen::Vector3d forward = from.view_from_cam.R.row(2);
  const double distance = distanceFor(std::max(0.01, radius), from.vertical_fov, aspect);
  view.view_from_cam.t = -(view.view_from_cam.R * (target_cam - distance * forward));
  return view;
}

}  // namespace alidade
