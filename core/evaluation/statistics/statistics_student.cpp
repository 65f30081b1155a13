// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/evaluation/statistics/incomplete_beta.h"
#include "core/evaluation/statistics/statistics.h"

namespace alidade {
namespace {

/// 1 / B(degrees / 2, 1 / 2) through the recurrence of r(n) = Gamma((n + 1) / 2) / Gamma(n / 2):
/// r(1) = 1 / sqrt(pi), r(n + 1) = n / (2 r(n)).
double inverse_beta(std::size_t degrees) {
  double ratio = std::numbers::inv_sqrtpi;
  for (std::size_t n = 1; n < degrees; ++n) {
    ratio = 0.5 * static_cast<double>(n) / ratio;
  }
  return ratio * std::numbers::inv_sqrtpi;
}

/// P(T > t) for t >= 0: half of I_x(degrees / 2, 1 / 2) at x = degrees / (degrees + t^2).
double upper_tail(double t, double degrees, double inverse_beta) {
  const double squared = t * t / degrees;
  const double x = 1.0 / (1.0 + squared);
  const double y = squared / (1.0 + squared);  // 1 - x without cancellation
  const double a = 0.5 * degrees;
  const double b = 0.5;
  const double front = inverse_beta * std::exp(-a * std::log1p(squared)) * std::sqrt(y);
  if (x < (a + 1.0) / (a + b + 2.0)) {
    return 0.5 * front * beta_fraction(a, b, x) / a;
  }
  return 0.5 - 0.5 * front * beta_fraction(b, a, y) / b;
}

}  // namespace

double student_t_quantile(double probability, std::size_t degrees) {
  const double tail = std::min(probability, 1.0 - probability);
  if (tail >= 0.5) {
    return 0.0;
  }
  const double beta = inverse_beta(degrees);
  const auto n = static_cast<double>(degrees);
  double low = 0.0;
  double high = 1.0;
  while (upper_tail(high, n, beta) > tail && high < 1e150) {
    low = high;
    high *= 2.0;
  }
  // Bisection down to neighboring doubles: the tail is monotone, and this is called once per table.
  for (double middle = 0.5 * (low + high); middle > low && middle < high; middle = 0.5 * (low + high)) {
    (upper_tail(middle, n, beta) > tail ? low : high) = middle;
  }
  return probability < 0.5 ? -high : high;
}

}  // namespace alidade
