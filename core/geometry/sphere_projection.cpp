// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/sphere_projection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/base/constants.h"

namespace alidade {
namespace {

constexpr double kHalfPi = kPi / 2.0;
constexpr double kHalfPiRest = 6.123233995736766e-17;  ///< pi / 2 minus the double nearest to it

/// 2 d - sin 2 d without cancellation for small d.
double excess(double d) {
  const double x = 2.0 * d;
  if (x > 0.5) {
    return x - std::sin(x);
  }
  const double x2 = x * x;
  double term = x * x2 / 6.0;
  double sum = 0.0;
  for (int k = 4; k <= 16; k += 2) {
    sum += term;
    term *= -x2 / (k * (k + 1));
  }
  return sum;
}

/// d in [0, pi/2] with 2 d - sin 2 d = c: Newton with bisection as its safeguard.
double solve_excess(double c) {
  double low = 0.0;
  double high = kHalfPi;
  double d = std::min(std::cbrt(0.75 * c), high);  // leading term of the series at the pole
  for (int i = 0; i < 60; ++i) {
    const double residual = excess(d) - c;
    (residual > 0.0 ? high : low) = d;
    const double sine = std::sin(d);
    double next = d - residual / (4.0 * sine * sine);
    if (!(next >= low && next <= high)) {
      next = 0.5 * (low + high);
    }
    const double step = std::abs(next - d);
    d = next;
    if (step <= 1e-16 + 1e-15 * d) {
      break;
    }
  }
  return d;
}

/// Mollweide's pi / 2 - |theta| for the angle `pole_distance` = pi / 2 - |latitude|:
/// 2 d - sin 2 d = pi (1 - sin |latitude|) = 2 pi sin^2(pole_distance / 2).
double auxiliary_pole_distance(double latitude) {
  const double pole_distance = std::max((kHalfPi - std::abs(latitude)) + kHalfPiRest, 0.0);
  const double half_sine = std::sin(0.5 * pole_distance);
  return half_sine == 0.0 ? 0.0 : solve_excess(2.0 * kPi * half_sine * half_sine);
}

/// An angle brought into (-pi, pi].
double wrapped(double angle) {
  const double turns = std::remainder(angle, 2.0 * kPi);
  return turns <= -kPi ? kPi : turns;
}

/// Longitude and roll stop being separate at the poles; there the longitude is set to 0.
constexpr double kPoleRadius = 1e-12;

SphereRotation implicit_pdf_sphere(const Eigen::Matrix3d& R) {
  SphereRotation result;
  const double radius = std::hypot(R(0, 0), R(1, 0));
  result.latitude = std::atan2(R(2, 0), radius);
  if (radius > kPoleRadius) {
    result.longitude = std::atan2(R(0, 0), -R(1, 0));
    result.tilt = std::atan2(R(2, 1), R(2, 2));
  } else if (R(2, 0) > 0.0) {
    result.tilt = std::atan2(-R(0, 1), R(1, 1)) + kHalfPi;
  } else {
    result.tilt = std::atan2(R(0, 1), R(1, 1)) - kHalfPi;
  }
  return result;
}

SphereRotation genpose_sphere(const Eigen::Matrix3d& R) {
  SphereRotation result;
  const double radius = std::hypot(R(2, 0), R(2, 2));
  result.latitude = std::atan2(R(2, 1), radius);
  if (radius > kPoleRadius) {
    result.longitude = std::atan2(-R(2, 0), R(2, 2));
    result.tilt = std::atan2(-R(0, 1), R(1, 1));
  } else {
    result.tilt = std::atan2(R(1, 0), R(0, 0));
  }
  return result;
}

}  // namespace

double mollweide_auxiliary_angle(double latitude) {
  return latitude == 0.0 ? 0.0 : std::copysign(kHalfPi - auxiliary_pole_distance(latitude), latitude);
}

Eigen::Vector2d mollweide(double latitude, double longitude) {
  if (latitude == 0.0) {
    return {2.0 * std::numbers::sqrt2 / kPi * longitude, 0.0};
  }
  const double pole = auxiliary_pole_distance(latitude);
  return {2.0 * std::numbers::sqrt2 / kPi * longitude * std::sin(pole),
          std::copysign(std::numbers::sqrt2 * std::cos(pole), latitude)};
}

Eigen::Vector2d mollweide_inverse(const Eigen::Vector2d& xy) {
  constexpr double kRim = 1e-12;  // a projected point of the rim must come back
  const double sine = xy.y() / std::numbers::sqrt2;
  if (!(xy.x() * xy.x() / 8.0 + sine * sine <= 1.0 + kRim)) {
    return Eigen::Vector2d::Constant(std::numeric_limits<double>::quiet_NaN());
  }
  const double cosine = std::sqrt(std::max((1.0 - sine) * (1.0 + sine), 0.0));
  const double pole = std::atan2(cosine, std::abs(sine));
  const double pole_distance = 2.0 * std::asin(std::min(std::sqrt(excess(pole) / (2.0 * kPi)), 1.0));
  const double latitude = std::copysign(kHalfPi - pole_distance, sine);
  const double longitude = cosine > 0.0 ? kPi * xy.x() / (2.0 * std::numbers::sqrt2 * cosine) : 0.0;
  return {latitude, std::clamp(longitude, -kPi, kPi)};
}

SphereRotation rotation_to_sphere(const Eigen::Matrix3d& R, SphereConvention convention) {
  SphereRotation result =
      convention == SphereConvention::kImplicitPdf ? implicit_pdf_sphere(R) : genpose_sphere(R);
  result.longitude = wrapped(result.longitude);
  result.tilt = wrapped(result.tilt);
  result.hue = 0.5 + result.tilt / (2.0 * kPi);
  return result;
}

}  // namespace alidade
