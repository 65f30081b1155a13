// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Geometry>

#include "core/base/random.h"
#include "views/scene/viewpoint.h"

namespace alidade {
namespace {

constexpr std::size_t kPoints = 2000;
constexpr int kTrials = 200;
constexpr double kTolerance = 0.008;    // metres at 1 m; grows with the distance
constexpr double kLeastShare = 0.2;

std::vector<Eigen::Vector3d> samplePoints(const Frame& frame) {
  std::vector<Eigen::Vector3d> points;
  if (frame.depth.empty() || !frame.camera.valid()) {
    return points;
  }
  const std::size_t step = std::max<std::size_t>(1, frame.depth.data.size() / kPoints) | 1U;
  for (std::size_t i = 0; i < frame.depth.data.size(); i += step) {
    const float z = frame.depth.data[i];
    if (z > 0.0F && std::isfinite(z)) {
      points.push_back(frame.camera.unproject(static_cast<double>(i % static_cast<std::size_t>(frame.depth.width)),
                                              static_cast<double>(i / static_cast<std::size_t>(frame.depth.width)), z));
    }
  }
  return points;
}

struct Plane {
  Eigen::Vector3d normal;
  Eigen::Vector3d point;
  std::size_t inliers = 0;

  bool holds(const Eigen::Vector3d& p) const { return std::abs(normal.dot(p - point)) < kTolerance * std::max(0.5, p.z()); }
};

Plane bestPlane(const std::vector<Eigen::Vector3d>& points) {
  Random random(1);
  Plane best;
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto draw = [&] { return points[random.index(static_cast<std::uint32_t>(points.size()))]; };
    const Eigen::Vector3d a = draw();
    const Eigen::Vector3d b = draw();
    const Eigen::Vector3d c = draw();
    Plane plane{(b - a).cross(c - a), a, 0};
    if (plane.normal.norm() < 1e-9) {
      continue;
    }
    plane.normal.normalize();
    plane.inliers = static_cast<std::size_t>(
        std::count_if(points.begin(), points.end(), [&](const Eigen::Vector3d& p) { return plane.holds(p); }));
    if (plane.inliers > best.inliers) {
      best = plane;
    }
  }
  return best;
}

}  // namespace

Floor findFloor(const Frame& frame) {
  Floor floor;
  const auto points = samplePoints(frame);
  if (points.size() >= 50) {
    const Plane plane = bestPlane(points);
    // Up is the side the camera is on; a wall seen head-on has its normal along the line of sight and is no floor.
    const Eigen::Vector3d up = plane.normal.dot(plane.point) > 0.0 ? Eigen::Vector3d(-plane.normal) : plane.normal;
    if (static_cast<double>(plane.inliers) >= kLeastShare * static_cast<double>(points.size()) && up.y() < 0.05) {
      floor.found = true;
      floor.up_cam = up;
      floor.origin_cam = plane.point;
    }
  }
  // The grid lies below the objects' middle.
  Eigen::Vector3d middle(0, 0, 0);
  for (const Instance& instance : frame.instances) {
    middle += instance.box_cam().frame_from_box.t / static_cast<double>(frame.instances.size());
  }
  if (frame.instances.empty() || !middle.allFinite()) {
    middle = floor.found ? floor.origin_cam : Eigen::Vector3d(0, 0, 1);
  }
  if (!floor.found) {
    double lowest = 0.0;
    for (const Instance& instance : frame.instances) {
      for (const auto& corner : box_corners(instance.box_cam())) {
        lowest = std::min(lowest, floor.up_cam.dot(corner - middle));
      }
    }
    floor.origin_cam = middle + lowest * floor.up_cam;
  } else {
    floor.origin_cam = middle - floor.up_cam.dot(middle - floor.origin_cam) * floor.up_cam;
  }
  return floor;
}

}  // namespace alidade
