// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/base/expected.h"

namespace alidade {

/// Shapes of the score-scaling weight w(t), t in [0, 1] of the variance-exploding schedule; t = 1 is noise.
enum class GuidanceKind {
  kNone,         ///< w = 1
  kConstant,     ///< w = w_max
  kLinear,       ///< w = w_min + (w_max - w_min) (1 - t)
  kExponential,  ///< w = w_min + (w_max - w_min) exp(-rate t): Eq. 9 of the score-scaling paper, rate 5
};

/// Time-dependent score scaling: the probability-flow ODE uses w(t) * score.
struct Guidance {
  GuidanceKind kind = GuidanceKind::kNone;
  double w_min = 1.0;
  double w_max = 1.0;
  double rate = 5.0;

  double operator()(double t) const;
  bool operator==(const Guidance&) const = default;
};

/// Short readable form: "none", "const 3", "linear 1–5", "exp 1–8".
std::string describe(const Guidance& guidance);

/// From the command line's text: "none", "constant:3", "linear:1:5", "exponential:1:8[:rate]".
/// Weights must be positive and finite (ErrorCode::kUsage otherwise).
Expected<Guidance> parse_guidance(const std::string& text);
/// Inverse of parse_guidance.
std::string to_text(const Guidance& guidance);

}  // namespace alidade
