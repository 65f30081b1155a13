// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// A value and its derivative.
struct LossValue {
  double loss = 0.0;
  double gradient = 0.0;
};

inline constexpr double kFocalGamma = 2.0;
inline constexpr double kFocalAlpha = 0.25;

/// Sigmoid focal loss of one logit (Lin et al. 2017): -alpha (1 - p)^gamma ln p where the class is there,
/// -(1 - alpha) p^gamma ln(1 - p) where it is not. Finite for every finite logit.
LossValue focal_loss(double logit, bool is_there, double gamma = kFocalGamma, double alpha = kFocalAlpha);

}  // namespace alidade
