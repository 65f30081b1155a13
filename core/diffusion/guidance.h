// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// Shapes of the score-scaling weight w(t), t in [0, 1] of the variance-exploding schedule; t = 1 is noise.
enum class GuidanceKind {
  kNone,         ///< w = 1
  kConstant,     ///< w = w_max
  kLinear,       ///< w = w_min + (w_max - w_min) (1 - t)
  kExponential,  ///< w = w_min + (w_max - w_min) exp(-rate t): Eq. 9 of the score-scaling paper, rate 5
  kSpline,       ///< drawn by the user: a monotone cubic through `points`, constant beyond the ends
};

/// A point of a drawn curve.
struct GuidancePoint {
  double t = 0.0;
  double w = 1.0;
  bool operator==(const GuidancePoint&) const = default;
};

/// Time-dependent score scaling: the probability-flow ODE uses w(t) * score.
struct Guidance {
  GuidanceKind kind = GuidanceKind::kNone;
  double w_min = 1.0;
  double w_max = 1.0;
  double rate = 5.0;
  std::vector<GuidancePoint> points{};  ///< kSpline only, rising in t

  /// Between two points the spline never leaves the range of their weights (Fritsch and Carlson 1980), so
  /// that positive points give a positive curve.
  double operator()(double t) const;
  bool operator==(const Guidance&) const = default;
};

/// Most points that a drawn curve may have.
inline constexpr std::size_t kMostGuidancePoints = 64;

/// What is wrong with the weights, as one sentence (ErrorCode::kUsage): not positive, not finite, t outside
/// [0, 1], two points at the same t (a vertical tangent), too few or too many points.
Expected<void> check_guidance(const Guidance& guidance);

/// Short readable form, numbers rounded to five digits: "none", "const 3", "linear 1–5", "exp 1–8".
std::string describe(const Guidance& guidance);

/// From the command line's text: "none", "constant:3", "linear:1:5", "exponential:1:8[:rate]",
/// "spline:t,w:t,w[:...]".
/// Weights must be positive and finite (ErrorCode::kUsage otherwise).
Expected<Guidance> parse_guidance(const std::string& text);
/// Inverse of parse_guidance.
std::string to_text(const Guidance& guidance);

/// A schedule as JSON (docs/formats.md, "Guidance schedules") and back; strict. `name` stands in messages.
std::string to_json(const Guidance& guidance);
Expected<Guidance> guidance_from_json(const std::string& json, const std::string& name);

}  // namespace alidade
