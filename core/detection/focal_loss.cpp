// SPDX-License-Identifier: BSD-3-Clause
#include "core/detection/focal_loss.h"

#include <cmath>

namespace alidade {

static_assert(kFocalGamma == 2.0, "a power of two is a product");

LossValue focal_loss(double logit, bool is_there, double gamma, double alpha) {
  // The loss of an absent class is that of a present one with the logit's sign turned.
  const double x = is_there ? logit : -logit, weight = is_there ? alpha : 1.0 - alpha;
  const double tail = std::exp(-std::abs(x));
  const double p = (x >= 0.0 ? 1.0 : tail) / (1.0 + tail), rest = (x >= 0.0 ? tail : 1.0) / (1.0 + tail);
  const double log_p = (x >= 0.0 ? 0.0 : x) - std::log1p(tail);
  const double power = gamma == kFocalGamma ? rest * rest : std::pow(rest, gamma);
  const double gradient = weight * power * (gamma * p * log_p - rest);
  return {-weight * power * log_p, is_there ? gradient : -gradient};
}

}  // namespace alidade
