// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/base/expected.h"
#include "core/geometry/camera.h"
#include "core/geometry/rigid.h"

namespace alidade {

/// A point of the object and the pixel where it was seen.
struct PointMatch {
  Eigen::Vector3d object;  ///< object frame, metres
  Eigen::Vector2d pixel;
  double weight = 1.0;  ///< 0 or more: how often it is drawn, and what it counts when hypotheses compete
};

struct PnpOptions {
  double threshold_px = 3.0;  ///< a match nearer than this to its projection is an inlier
  int iterations = 200;       ///< hypotheses at most, 1 to 100,000
  double confidence = 0.99;   ///< drawing ends when a sample of inliers alone was drawn with this probability
  std::uint64_t seed = 0;
};

struct PnpPose {
  Rigid3 cam_from_obj;
  std::vector<bool> inlier;    ///< one per match
  int inliers = 0;             ///< how many are true
  double mean_error_px = 0.0;  ///< of the inliers: distance of pixel and projection
};

/// Matches of positive weight that solve_pnp asks for, and inliers: five make a hypothesis, one more judges
/// it.
inline constexpr int kLeastPnpMatches = 6;
inline constexpr std::size_t kMostPnpMatches = std::size_t{1} << 20;

/// Pose from matches of which some may be wrong: EPnP on random samples of five matches (of five different
/// points of the object); each that is better than those before is refined by Levenberg-Marquardt on its
/// inliers, and the one whose inliers weigh most is the pose. Reprojection errors count alike in the
/// refinement, whatever the weights. The same input and seed give the same bits, on any number of threads.
/// Errors: too few matches, numbers that are not finite or absurdly large, object points in one plane (to one
/// part in 10^4 of their extent: EPnP has no unique answer there), no consensus; OpenCV's part missing.
Expected<PnpPose> solve_pnp(const PinholeCamera& camera, std::span<const PointMatch> matches,
                            const PnpOptions& options = {});

}  // namespace alidade
