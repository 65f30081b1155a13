// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

namespace alidade {

/// Mollweide projection for sphere radius 1: |x| <= 2 sqrt 2, |y| <= sqrt 2.
/// Solves 2 theta + sin 2 theta = pi sin(latitude).
Eigen::Vector2d mollweide(double latitude, double longitude);

/// The auxiliary angle theta of the Mollweide projection.
double mollweide_auxiliary_angle(double latitude);

/// Inverse; returns (latitude, longitude). Outside the ellipse: NaN pair.
Eigen::Vector2d mollweide_inverse(const Eigen::Vector2d& xy);

/// A rotation as a point on the sphere and a turn about it.
struct SphereRotation {
  double latitude = 0.0;   ///< radians, [-pi/2, pi/2]
  double longitude = 0.0;  ///< radians, (-pi, pi]
  double tilt = 0.0;       ///< radians, the turn about the viewing direction
  double hue = 0.0;        ///< 0.5 + tilt / 2 pi
};

/// Which published mapping of SO(3) to the map is used.
enum class SphereConvention {
  kImplicitPdf,  ///< first column to the sphere (Murphy et al., ICML 2021)
  kGenPose,      ///< Euler Z-X-Y (Zhang et al., NeurIPS 2023)
};

SphereRotation rotation_to_sphere(const Eigen::Matrix3d& R, SphereConvention convention);

}  // namespace alidade
