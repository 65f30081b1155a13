// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/evaluation/errors/pose_gaussian.h"

namespace alidade {

/// The levels at which summaries are drawn.
inline constexpr std::array<double, 4> kSummaryLevels{0.5, 0.8, 0.9, 0.95};

/// Where an axis of the object points with a stated probability: an elliptic cone about its mean direction.
struct AxisCone {
  int axis = 0;                          ///< 0, 1, 2: x, y, z
  Eigen::Vector3d direction;             ///< mean, unit, camera frame
  double widest = 0.0, narrowest = 0.0;  ///< half angles, radians: at most pi
  std::vector<Eigen::Vector3d> outline;  ///< closed curve of unit directions, camera frame; first = last
};

/// One normal distribution in place of a set of poses, as it is drawn at a level.
struct PoseSummary {
  PoseGaussian gaussian;
  double level = 0.9;
  Eigen::Vector3d center;       ///< mean place of the point, camera frame, metres
  Eigen::Matrix3d half_axes;    ///< columns: half axes of the ellipsoid of the place, camera frame, metres
  std::vector<AxisCone> cones;  ///< of the axes that the symmetry leaves visible
  std::size_t modes = 1;        ///< that the set has (`pose_hills`)
  double heaviest_share = 1.0;  ///< of the poses, in the mode of most
  /// Why the summary misleads, as a badge says it; empty when it does not.
  std::string warning;
};

/// The rotations on the rim of the cone about `axis` (unit, object frame) that holds the axis with
/// probability `level`: the mean turned about directions across the axis by sqrt(q_2 lambda), as the normal
/// law of these turns has it. Closed: first = last.
std::vector<Eigen::Matrix3d> cone_rim(const PoseGaussian& gaussian, const Eigen::Vector3d& axis,
                                      double level);

/// Whether the symmetry leaves the direction of an axis (unit, object frame) visible: always without a
/// continuous symmetry, else of the symmetry's axis alone.
bool has_direction(const SymmetryGroup& group, const Eigen::Vector3d& axis);

/// The mean of the poses (`pose_gaussian`; among equivalent means that of the mode with most poses), the
/// ellipsoid in which the object's point lies with probability `level` (half axes sqrt(q_3 lambda), q_3 the
/// chi-square quantile of 3 degrees of freedom), and a cone per axis in which the axis lies with that
/// probability (half angles sqrt(q_2 lambda) of the turns that move it; sigma sqrt(-2 ln(1 - level)) when all
/// turns spread by sigma). Of a continuous symmetry only the symmetry's axis has a cone. Normal laws are
/// those of the tangent space at the mean: from 60 degrees of spread on they mean little, and the summary
/// warns. Poses that are not finite are left out; nothing with fewer than three.
std::optional<PoseSummary> pose_summary(std::span<const Rigid3> poses, const SymmetryGroup& group,
                                        const Eigen::Vector3d& point, double level);

/// "90 % ellipsoid of the place and cones of the axes, 50 samples": what is drawn, in words.
std::string summary_text(const PoseSummary& summary);

}  // namespace alidade
