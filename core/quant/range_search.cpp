// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/range_search.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

namespace alidade {
namespace {

double largest_magnitude(std::span<const double> weights) {
  double most = 0.0;
  for (const double weight : weights) {
    most = std::max(most, std::abs(weight));
  }
  return most;
}

/// 2^floor(log2 x) of x > 0, exact where a logarithm would round.
double power_below(double x) {
  int exponent = 0;
  std::frexp(x, &exponent);
  return std::ldexp(1.0, exponent - 1);
}

/// The scale of least error for the codes that `scale` gives: <l, w> / <l, l>.
double scale_of_codes(std::span<const double> weights, const LevelSet& levels, double scale) {
  double product = 0.0, square = 0.0;
  for (const double weight : weights) {
    const double level = levels.values[nearest_level(levels, weight / scale)];
    product += level * weight;
    square += level * level;
  }
  return square > 0.0 && product > 0.0 ? product / square : scale;
}

/// With the k largest magnitudes at +-s and the rest at 0 the best s is their mean and the error
/// |w|^2 - (their sum)^2 / k; the best k is consistent with rounding at s / 2.
double ternary_scale(std::span<const double> weights) {
  std::vector<double> magnitudes;
  for (const double weight : weights) {
    magnitudes.push_back(std::abs(weight));
  }
  std::sort(magnitudes.begin(), magnitudes.end(), std::greater<>());
  double sum = 0.0, best = 0.0, scale = 0.0;
  for (std::size_t k = 0; k < magnitudes.size(); ++k) {
    sum += magnitudes[k];
    const double mean = sum / static_cast<double>(k + 1);
    if (sum * mean > best) {
      best = sum * mean;
      scale = mean;
    }
  }
  return scale;
}

double power_scale(std::span<const double> weights, const LevelSet& levels) {
  constexpr int kPowersTried = 32;
  double scale = 2.0 * largest_scale(weights, levels), best = scale;
  double error = error_with_scale(weights, levels, scale);
  for (int i = 1; i < kPowersTried; ++i) {
    scale *= 0.5;
    if (const double other = error_with_scale(weights, levels, scale); other < error) {
      error = other;
      best = scale;
    }
  }
  return best;
}

/// The best of `count` scales from `first` on, `step` apart.
double best_of_scan(std::span<const double> weights, const LevelSet& levels, double first, double step,
                    int count) {
  double best = first, error = error_with_scale(weights, levels, first);
  for (int i = 1; i < count; ++i) {
    const double scale = first + i * step;
    if (const double other = error_with_scale(weights, levels, scale); other < error) {
      error = other;
      best = scale;
    }
  }
  return best;
}

double improved_scale(std::span<const double> weights, const LevelSet& levels, double scale) {
  double error = error_with_scale(weights, levels, scale);
  constexpr int kMostTurns = 100;
  for (int turn = 0; turn < kMostTurns; ++turn) {
    const double next = scale_of_codes(weights, levels, scale);
    const double next_error = error_with_scale(weights, levels, next);
    if (!(next_error < error)) {
      break;
    }
    scale = next;
    error = next_error;
  }
  return scale;
}

}  // namespace

double largest_scale(std::span<const double> weights, const LevelSet& levels) {
  const double most = largest_magnitude(weights);
  if (most == 0.0) {
    return 0.0;
  }
  return levels.kind == LevelKind::kPowers ? power_below(4.0 * most / 3.0) : most / levels.reach();
}

double error_with_scale(std::span<const double> weights, const LevelSet& levels, double scale) {
  double sum = 0.0;
  for (const double weight : weights) {
    const double value = scale == 0.0 ? 0.0 : scale * levels.values[nearest_level(levels, weight / scale)];
    sum += (value - weight) * (value - weight);
  }
  return sum;
}

double least_squares_scale(std::span<const double> weights, const LevelSet& levels) {
  const double most = largest_scale(weights, levels);
  if (most == 0.0) {
    return 0.0;
  }
  if (levels.kind == LevelKind::kTernary) {
    return ternary_scale(weights);
  }
  if (levels.kind == LevelKind::kPowers) {
    return power_scale(weights, levels);
  }
  if (levels.kind == LevelKind::kBinary) {
    return scale_of_codes(weights, levels, most);
  }
  // The error has many minima when there are many levels: a coarse scan, then a fine one around its best.
  constexpr int kShares = 64;
  const double coarse = best_of_scan(weights, levels, most / kShares, most / kShares, kShares);
  const double fine = most / kShares / kShares * 2;
  return improved_scale(weights, levels,
                        best_of_scan(weights, levels, coarse - fine * (kShares / 2 - 1), fine, kShares));
}

}  // namespace alidade
