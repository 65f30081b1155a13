// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <Eigen/Core>

namespace alidade {

/// Pinhole camera without distortion. OpenCV frame (x right, y down, z forward); pixel centers at
/// integers, so pixel (u, v) sees the ray ((u-cx)/fx, (v-cy)/fy, 1).
struct PinholeCamera {
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  double fx = 0.0, fy = 0.0, cx = 0.0, cy = 0.0;

  bool valid() const { return fx > 0.0 && fy > 0.0; }

  /// Pixel of a point in the camera frame; empty when the point is not in front (z <= 1 um).
  std::optional<Eigen::Vector2d> project(const Eigen::Vector3d& point_cam) const {
    if (point_cam.z() <= 1e-6) {
      return std::nullopt;
    }
    return Eigen::Vector2d(fx * point_cam.x() / point_cam.z() + cx, fy * point_cam.y() / point_cam.z() + cy);
  }

  /// Point at z-depth `z` metres seen by pixel (u, v).
  Eigen::Vector3d unproject(double u, double v, double z) const {
    return {(u - cx) / fx * z, (v - cy) / fy * z, z};
  }
};

}  // namespace alidade
