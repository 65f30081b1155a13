// SPDX-License-Identifier: BSD-3-Clause
#include "core/diffusion/ve_sde.h"

#include <cmath>

namespace alidade {

double VeSde::sigma(double t) const {
  return sigma_min * std::pow(sigma_max / sigma_min, t);
}

double VeSde::diffusion_squared(double t) const {
  const double s = sigma(t);
  return 2.0 * std::log(sigma_max / sigma_min) * s * s;
}

double VeSde::time_of(double sigma) const {
  return std::log(sigma / sigma_min) / std::log(sigma_max / sigma_min);
}

}  // namespace alidade
