// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/statistics/distributions.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "core/evaluation/statistics/incomplete_beta.h"

namespace alidade {
namespace {

/// P(X > x), x > 0: the recurrence Q(a + 1, z) = Q(a, z) + z^a e^-z / Gamma(a + 1) of the incomplete gamma
/// function from Q(1 / 2, z) = erfc(sqrt z) or Q(1, z) = e^-z; all terms are positive.
double chi_square_tail(double x, int degrees) {
  const double z = 0.5 * x;
  double a = degrees % 2 == 1 ? 0.5 : 1.0;
  double tail = degrees % 2 == 1 ? std::erfc(std::sqrt(z)) : std::exp(-z);
  double term = degrees % 2 == 1 ? 2.0 * std::sqrt(z) * std::numbers::inv_sqrtpi * std::exp(-z)
                                 : z * std::exp(-z);  // z^a e^-z / Gamma(a + 1)
  for (; 2.0 * a < degrees; a += 1.0) {
    tail += term;
    term *= z / (a + 1.0);
  }
  return tail;
}

}  // namespace

double chi_square_probability(double x, int degrees) {
  return x > 0.0 ? 1.0 - chi_square_tail(x, degrees) : 0.0;
}

double chi_square_quantile(double probability, int degrees) {
  if (!(probability > 0.0)) {
    return 0.0;
  }
  if (probability >= 1.0) {
    return std::numeric_limits<double>::infinity();
  }
  const double tail = 1.0 - probability;
  double low = 0.0, high = 1.0;
  while (chi_square_tail(high, degrees) > tail) {
    low = high;
    high *= 2.0;
  }
  // Down to neighboring doubles: the tail is monotone, and this is called once per level.
  for (double middle = 0.5 * (low + high); middle > low && middle < high; middle = 0.5 * (low + high)) {
    (chi_square_tail(middle, degrees) > tail ? low : high) = middle;
  }
  return high;
}

double fisher_probability(double x, double numerator, double denominator) {
  if (!(x > 0.0)) {
    return 0.0;
  }
  // I_y(a, b) at y = n x / (n x + d); 1 - y without cancellation.
  const double a = 0.5 * numerator, b = 0.5 * denominator;
  const double y = std::isinf(x) ? 1.0 : numerator * x / (numerator * x + denominator);
  const double rest = std::isinf(x) ? 0.0 : denominator / (numerator * x + denominator);
  if (!(rest > 0.0)) {
    return 1.0;
  }
  const double front =
      std::exp(a * std::log(y) + b * std::log(rest) + std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b));
  return y < (a + 1.0) / (a + b + 2.0) ? front * beta_fraction(a, b, y) / a
                                       : 1.0 - front * beta_fraction(b, a, rest) / b;
}

}  // namespace alidade
