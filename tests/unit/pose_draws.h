// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <vector>

#include "core/base/constants.h"
#include "core/base/random.h"
#include "core/evaluation/errors/pose_gaussian.h"
#include "core/geometry/rotation.h"
#include "core/geometry/so3_statistics.h"

namespace alidade::test {

/// Draws of poses about a center: normal steps of a known covariance.
class PoseDraws {
 public:
  /// Standard deviations in metres and radians, and a mixing of all six by a fixed matrix.
  PoseDraws(std::uint64_t seed, double translation, double rotation) : random_(seed) {
    PoseCovariance mixing = PoseCovariance::Identity();
    for (int i = 0; i < 6; ++i) {
      for (int j = 0; j < i; ++j) {
        mixing(i, j) = 0.3 * std::sin(1.0 + 5.0 * i + j);
      }
    }
    PoseStep sizes;
    sizes << translation, 2.0 * translation, 0.5 * translation, rotation, 0.5 * rotation, 2.0 * rotation;
    root_ = sizes.asDiagonal() * mixing;
  }

  Rigid3 about(const Rigid3& center, double scale = 1.0, const Eigen::Vector3d& point = {0.0, 0.0, 0.0}) {
    PoseStep normal;
    for (int i = 0; i < 6; ++i) {
      normal[i] = random_.normal();
    }
    return stepped_pose(center, scale * (root_ * normal), point);
  }

  Rigid3 anywhere() {
    const Eigen::Matrix3d R = uniform_rotation(random_.uniform(), random_.uniform(), random_.uniform());
    return {R, {random_.uniform(-1.0, 1.0), random_.uniform(-1.0, 1.0), random_.uniform(0.5, 2.0)}};
  }

  Random& random() { return random_; }
  PoseCovariance covariance() const { return root_ * root_.transpose(); }

 private:
  Random random_;
  PoseCovariance root_;
};

/// Twelve poses, one standard deviation to either side along each direction of the tangent space: their mean
/// is `center` and their covariance the diagonal of 2 / 11 of the squares.
inline std::vector<Rigid3> cross_of_poses(const Rigid3& center, const PoseStep& sizes,
                                          const Eigen::Vector3d& point = {0.0, 0.0, 0.0}) {
  std::vector<Rigid3> poses;
  for (int i = 0; i < 6; ++i) {
    for (const double side : {-1.0, 1.0}) {
      poses.push_back(stepped_pose(center, side * sizes[i] * PoseStep::Unit(i), point));
    }
  }
  return poses;
}

}  // namespace alidade::test
