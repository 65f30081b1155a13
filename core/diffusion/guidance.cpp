// SPDX-License-Identifier: BSD-3-Clause
#include "core/diffusion/guidance.h"

#include <algorithm>
#include <cmath>

namespace alidade {
namespace {

bool positive_weight(double value) {
  return std::isfinite(value) && value > 0.0;
}

double slope(const GuidancePoint& a, const GuidancePoint& b) {
  return (b.w - a.w) / (b.t - a.t);
}

/// Tangent at point i: the weighted harmonic mean of the neighboring slopes, 0 at an extremum and at the
/// ends' own slope (Fritsch and Butland 1984).
double tangent(const std::vector<GuidancePoint>& points, std::size_t i) {
  if (points.size() == 2) {
    return slope(points[0], points[1]);
  }
  if (i == 0 || i + 1 == points.size()) {
    return 0.0;
  }
  const double before = slope(points[i - 1], points[i]), after = slope(points[i], points[i + 1]);
  if (before * after <= 0.0) {
    return 0.0;
  }
  const double h0 = points[i].t - points[i - 1].t, h1 = points[i + 1].t - points[i].t;
  const double a = 2.0 * h1 + h0, b = h1 + 2.0 * h0;
  return (a + b) / (a / before + b / after);
}

double spline(const std::vector<GuidancePoint>& points, double t) {
  if (points.empty()) {
    return 1.0;
  }
  if (t <= points.front().t) {
    return points.front().w;
  }
  if (t >= points.back().t) {
    return points.back().w;
  }
  const auto after =
      std::upper_bound(points.begin(), points.end(), t, [](double x, const auto& p) { return x < p.t; });
  const auto i = static_cast<std::size_t>(after - points.begin()) - 1;
  const GuidancePoint &p0 = points[i], &p1 = points[i + 1];
  const double h = p1.t - p0.t, x = (t - p0.t) / h;
  const double m0 = h * tangent(points, i), m1 = h * tangent(points, i + 1);
  const double x2 = x * x, x3 = x2 * x;
  return (2.0 * x3 - 3.0 * x2 + 1.0) * p0.w + (x3 - 2.0 * x2 + x) * m0 + (3.0 * x2 - 2.0 * x3) * p1.w +
         (x3 - x2) * m1;
}

Expected<void> check_points(const std::vector<GuidancePoint>& points) {
  if (points.size() < 2 || points.size() > kMostGuidancePoints) {
    return usage_error("a drawn guidance curve needs 2 to " + std::to_string(kMostGuidancePoints) +
                       " points, not " + std::to_string(points.size()) + ".");
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string which = "point " + std::to_string(i + 1) + " of the guidance curve ";
    if (!(points[i].t >= 0.0 && points[i].t <= 1.0)) {
      return usage_error(which + "lies outside of 0 <= t <= 1.");
    }
    if (!positive_weight(points[i].w)) {
      return usage_error(which + "has a weight that is not a positive, finite number.");
    }
    if (i > 0 && !(points[i].t > points[i - 1].t)) {
      return usage_error(which + (points[i].t == points[i - 1].t
                                      ? "has the same t as the one before, a vertical tangent; move it."
                                      : "lies before its predecessor; order the points by t."));
    }
    if (i > 0 && !std::isfinite(slope(points[i - 1], points[i]))) {
      return usage_error(which + "makes the curve vertical; move it away from the one before.");
    }
  }
  return {};
}

}  // namespace

double Guidance::operator()(double t) const {
  switch (kind) {
    case GuidanceKind::kNone:
      return 1.0;
    case GuidanceKind::kConstant:
      return w_max;
    case GuidanceKind::kLinear:
      return w_min + (w_max - w_min) * (1.0 - t);
    case GuidanceKind::kExponential:
      return w_min + (w_max - w_min) * std::exp(-rate * t);
    case GuidanceKind::kSpline:
      return spline(points, t);
  }
  return 1.0;
}

Expected<void> check_guidance(const Guidance& guidance) {
  if (guidance.kind == GuidanceKind::kSpline) {
    return check_points(guidance.points);
  }
  if (!positive_weight(guidance.w_min) || !positive_weight(guidance.w_max) ||
      !positive_weight(guidance.rate)) {
    return usage_error("the guidance needs positive, finite weights and rate.");
  }
  return {};
}

}  // namespace alidade
