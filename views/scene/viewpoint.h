// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

#include "core/data/dataset.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// Where a scene is looked at from, in the frame's camera. The view's own axes are OpenCV's: x right, y down,
/// z forward.
struct Viewpoint {
  Rigid3 view_from_cam;
  double vertical_fov = 0.7;  ///< radians
  /// Principal point, as offset from the middle of the picture in units of its height (x right, y down).
  Eigen::Vector2d principal = Eigen::Vector2d::Zero();
  Eigen::Vector3d pivot_cam = Eigen::Vector3d(0, 0, 1);  ///< what orbiting turns about

  Eigen::Vector3d eye_cam() const { return -(view_from_cam.R.transpose() * view_from_cam.t); }
  /// The pinhole camera of a picture of this many pixels seen from here.
  PinholeCamera camera(double width, double height) const;
};

/// What a scene stands on: an upright direction and a height along it, in the frame's camera.
struct Floor {
  Eigen::Vector3d up_cam = Eigen::Vector3d(0, -1, 0);    ///< unit
  Eigen::Vector3d origin_cam = Eigen::Vector3d::Zero();  ///< a point of the plane below the objects
  bool found = false;                                    ///< a plane holds at least a fifth of the points
};

/// The same view of another frame's scene: the viewpoint keeps its place relative to the floor. Unchanged
/// when a floor was not found.
Viewpoint carriedOver(const Viewpoint& from, const Floor& old_floor, const Floor& new_floor);

/// The dominant plane of the depth image (deterministic RANSAC over at most 2000 points), upright towards the
/// camera.
Floor findFloor(const Frame& frame);

enum class StandardView { kCamera, kFront, kRight, kTop, kThreeQuarter };

/// A standard view of the frame for a picture of width / height = `aspect`. kCamera matches the image: it is
/// fitted into the picture; all others look at the objects (or the cloud's middle) from a distance that shows
/// all of them.
Viewpoint standardView(const Frame& frame, const Floor& floor, StandardView view, double aspect);

/// Turns about the pivot: `turn` about the floor's upright and `tilt` about the view's x axis, radians; stops
/// at the poles.
Viewpoint orbited(const Viewpoint& from, const Floor& floor, double turn, double tilt);
/// Moves sideways by (dx, dy) in units of the picture's height at the pivot's depth; the pivot moves along.
Viewpoint panned(const Viewpoint& from, double dx, double dy);
/// Moves towards the pivot: its distance is multiplied by `factor`, kept between 1 cm and 50 m.
Viewpoint dollied(const Viewpoint& from, double factor);
/// Looks at `target_cam` from the same side, so far that a ball of `radius` metres fills the picture.
Viewpoint framed(const Viewpoint& from, const Eigen::Vector3d& target_cam, double radius, double aspect);

}  // namespace alidade
