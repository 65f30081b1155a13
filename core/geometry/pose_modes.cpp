// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/pose_modes.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Eigenvalues>

#include "core/geometry/rotation.h"

namespace alidade {
namespace {

constexpr int kMostIterations = 100;
constexpr double kStill = 1e-9;  // radians and metres between two iterations

double squared_distance(const Rigid3& a, const Rigid3& b, const ModeBandwidth& bandwidth) {
  const double angle = geodesic_distance(a.R, b.R) / bandwidth.rotation;
  const double length = (a.t - b.t).norm() / bandwidth.translation;
  return angle * angle + length * length;
}

/// Kernel-weighted mean of the poses about `center`, and the mean kernel value there.
Rigid3 shifted(std::span<const Rigid3> poses, const Rigid3& center, const ModeBandwidth& bandwidth,
               double* density) {
  Eigen::Matrix4d sum = Eigen::Matrix4d::Zero();
  Eigen::Vector3d t = Eigen::Vector3d::Zero();
  double total = 0.0;
  for (const Rigid3& pose : poses) {
    const double weight = std::exp(-0.5 * squared_distance(pose, center, bandwidth));
    const auto wxyz = quat_wxyz_from_rotation(pose.R);
    const Eigen::Map<const Eigen::Vector4d> q(wxyz.data());
    sum += weight * q * q.transpose();
    t += weight * pose.t;
    total += weight;
  }
  *density = total / static_cast<double>(poses.size());
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix4d> solver(sum);
  const Eigen::Vector4d q = solver.eigenvectors().col(3);
  return {rotation_from_quat_wxyz({q[0], q[1], q[2], q[3]}), t / total};
}

PoseMode climb(std::span<const Rigid3> poses, const Rigid3& start, const ModeBandwidth& bandwidth) {
  PoseMode mode{start, 0.0, 0.0};
  for (int i = 0; i < kMostIterations; ++i) {
    const Rigid3 next = shifted(poses, mode.pose, bandwidth, &mode.density);
    const double moved = geodesic_distance(next.R, mode.pose.R) + (next.t - mode.pose.t).norm();
    mode.pose = next;
    if (moved < kStill) {
      break;
    }
  }
  return mode;
}

std::vector<double> densities(std::span<const Rigid3> poses, const ModeBandwidth& bandwidth) {
  std::vector<double> out(poses.size(), 1.0);
  for (std::size_t i = 0; i < poses.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double kernel = std::exp(-0.5 * squared_distance(poses[i], poses[j], bandwidth));
      out[i] += kernel;
      out[j] += kernel;
    }
  }
  return out;
}

}  // namespace

std::vector<PoseMode> pose_modes(std::span<const Rigid3> poses, const ModeBandwidth& bandwidth,
                                 std::size_t most) {
  const std::vector<double> density = densities(poses, bandwidth);
  std::vector<bool> taken(poses.size(), false);
  std::vector<PoseMode> modes;
  while (modes.size() < most) {
    std::size_t start = poses.size();
    for (std::size_t i = 0; i < poses.size(); ++i) {
      if (!taken[i] && (start == poses.size() || density[i] > density[start])) {
        start = i;
      }
    }
    if (start == poses.size()) {
      break;
    }
    PoseMode mode = climb(poses, poses[start], bandwidth);
    taken[start] = true;
    std::size_t members = 1;
    for (std::size_t i = 0; i < poses.size(); ++i) {
      if (!taken[i] && squared_distance(poses[i], mode.pose, bandwidth) <= 4.0) {
        taken[i] = true;
        ++members;
      }
    }
    mode.share = static_cast<double>(members) / static_cast<double>(poses.size());
    modes.push_back(mode);
  }
  std::stable_sort(modes.begin(), modes.end(),
                   [](const PoseMode& a, const PoseMode& b) { return a.density > b.density; });
  return modes;
}

Rigid3 highest_mode(std::span<const Rigid3> poses, const ModeBandwidth& bandwidth) {
  const auto modes = pose_modes(poses, bandwidth, 1);
  return modes.empty() ? Rigid3{} : modes.front().pose;
}

}  // namespace alidade
