// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// Variance-exploding SDE dx = g(t) dW: sigma(t) = sigma_min (sigma_max / sigma_min)^t, t in [eps, 1]
/// (score-scaling paper Eq. 1; GenPose uses 0.01 and 50).
struct VeSde {
  double sigma_min = 0.01;
  double sigma_max = 50.0;
  double epsilon = 1e-5;  ///< smallest t that is integrated to

  double sigma(double t) const;
  /// g(t)^2 = 2 ln(sigma_max / sigma_min) sigma(t)^2.
  double diffusion_squared(double t) const;
  /// The t whose sigma is `sigma`.
  double time_of(double sigma) const;
};

}  // namespace alidade
