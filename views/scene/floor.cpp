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
constexpr int kTrials = 300;
constexpr double kTolerance = 0.008;  // metres at 1 m; grows with the distance
constexpr double kLeastShare = 0.2;
// The y axis of an image points down more or less. A plane seen head-on may be a wall, or a table below a
// camera that looks straight down; it has to hold more points than one that is clearly below.
constexpr double kLeaning = 0.05;
constexpr double kUpright = -0.1;
constexpr double kDoubt = 0.4;
// A plane with this share of the points is the floor; looking on would cost time at every step.
constexpr double kEnoughShare = 0.7;

std::vector<Eigen::Vector3d> samplePoints(const Frame& frame) {
  std::vector<Eigen::Vector3d> points;
  if (frame.depth.empty() || !frame.camera.valid()) {
    return points;
  }
  const std::size_t step = std::max<std::size_t>(1, frame.depth.data.size() / kPoints) | 1U;
  for (std::size_t i = 0; i < frame.depth.data.size(); i += step) {
    const float z = frame.depth.data[i];
    if (z > 0.0F && std::isfinite(z)) {
      points.push_back(
          frame.camera.unproject(static_cast<double>(i % static_cast<std::size_t>(frame.depth.width)),
                                 static_cast<double>(i / static_cast<std::size_t>(frame.depth.width)), z));
    }
  }
  return points;
}

struct Plane {
  Eigen::Vector3d normal;
  Eigen::Vector3d point;
  std::size_t inliers = 0;
  double score = 0.0;

  bool holds(const Eigen::Vector3d& p) const {
    return std::abs(normal.dot(p - point)) < kTolerance * std::max(0.5, p.z());
  }
};

Plane bestPlane(const std::vector<Eigen::Vector3d>& points) {
  Random random(1);
  Plane best;
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto draw = [&] { return points[random.index(static_cast<std::uint32_t>(points.size()))]; };
    const Eigen::Vector3d a = draw();
    const Eigen::Vector3d b = draw();
    const Eigen::Vector3d c = draw();
    Plane plane{(b - a).cross(c - a), a};
    if (plane.normal.norm() < 1e-9) {
      continue;
    }
    plane.normal.normalize();
    if (plane.normal.dot(a) > 0.0) {
      plane.normal = -plane.normal;  // up is the side the camera is on
    }
    if (plane.normal.y() > kLeaning) {
      continue;  // a ceiling, or a wall before a camera that looks down
    }
    plane.inliers = static_cast<std::size_t>(std::count_if(
        points.begin(), points.end(), [&](const Eigen::Vector3d& p) { return plane.holds(p); }));
    plane.score = static_cast<double>(plane.inliers) * (plane.normal.y() < kUpright ? 1.0 : kDoubt);
    if (plane.score > best.score) {
      best = plane;
    }
    if (best.score > kEnoughShare * static_cast<double>(points.size())) {
      break;
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
    if (static_cast<double>(plane.inliers) >= kLeastShare * static_cast<double>(points.size())) {
      floor.found = true;
      floor.up_cam = plane.normal;
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
