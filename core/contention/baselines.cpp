// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/baselines.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/random.h"
#include "core/contention/gram_statistics.h"

namespace alidade {
namespace {

/// What is left of a square below this share of it is rounding: projections took all of the gradient.
constexpr double kVanished = 1e-24;

std::vector<std::size_t> rows_with_samples(const PartGram& gram) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < gram.rows; ++i) {
    if (std::isfinite(gram.at(i, i))) {
      rows.push_back(i);
    }
  }
  return rows;
}

/// <a, b> of two combinations.
double product_of(const PartGram& gram, std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = 0; j < gram.rows; ++j) {
      // A row without samples has NaN here and no share: 0 * NaN would be NaN.
      sum += a[i] != 0.0 && b[j] != 0.0 ? a[i] * b[j] * gram.at(i, j) : 0.0;
    }
  }
  return sum;
}

std::span<const double> row_of(const PartGram& gram, const std::vector<double>& matrix, std::size_t row) {
  return std::span(matrix).subspan(row * gram.rows, gram.rows);
}

/// Rows unchanged, combined by the mean of those that have samples.
CombinedGradients unchanged(const PartGram& gram) {
  CombinedGradients result;
  result.coefficients.assign(gram.rows * gram.rows, 0.0);
  result.weights.assign(gram.rows, 0.0);
  for (const std::size_t i : rows_with_samples(gram)) {
    result.coefficients[i * gram.rows + i] = 1.0;
  }
  return result;
}

/// The mean of the changed gradients.
void combine_by_mean(const PartGram& gram, CombinedGradients& result) {
  const auto rows = rows_with_samples(gram);
  for (const std::size_t i : rows) {
    for (std::size_t j = 0; j < gram.rows; ++j) {
      result.weights[j] += result.coefficients[i * gram.rows + j] / static_cast<double>(rows.size());
    }
  }
}

std::vector<double> only_row(std::size_t rows, std::size_t row) {
  std::vector<double> unit(rows, 0.0);
  unit[row] = 1.0;
  return unit;
}

}  // namespace

std::vector<std::vector<std::size_t>> projection_orders(std::size_t rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<std::size_t>> orders(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t other = 0; other < rows; ++other) {
      if (other != row) {
        orders[row].push_back(other);
      }
    }
    for (std::size_t i = orders[row].size(); i > 1; --i) {
      std::swap(orders[row][i - 1], orders[row][random.index(static_cast<std::uint32_t>(i))]);
    }
  }
  return orders;
}

CombinedGradients project_conflicts(const PartGram& gram, std::span<const std::vector<std::size_t>> orders) {
  CombinedGradients result = unchanged(gram);
  for (const std::size_t row : rows_with_samples(gram)) {
    const std::span<double> changed = std::span(result.coefficients).subspan(row * gram.rows, gram.rows);
    for (const std::size_t other : orders[row]) {
      const double square = gram.at(other, other);
      double product = 0.0;
      for (std::size_t j = 0; j < gram.rows; ++j) {
        product += changed[j] != 0.0 ? changed[j] * gram.at(j, other) : 0.0;
      }
      if (square > 0.0 && product < 0.0) {
        changed[other] -= product / square;
      }
    }
  }
  combine_by_mean(gram, result);
  return result;
}

CombinedGradients balance_norms(const PartGram& gram) {
  CombinedGradients result = unchanged(gram);
  const auto rows = rows_with_samples(gram);
  double mean = 0.0;
  for (const std::size_t i : rows) {
    mean += std::sqrt(gram.at(i, i)) / static_cast<double>(rows.size());
  }
  for (const std::size_t i : rows) {
    if (gram.at(i, i) > 0.0) {
      result.coefficients[i * gram.rows + i] = mean / std::sqrt(gram.at(i, i));
    }
  }
  combine_by_mean(gram, result);
  return result;
}

CombinedGradients plain_mean(const PartGram& gram) {
  CombinedGradients result = unchanged(gram);
  combine_by_mean(gram, result);
  return result;
}

PartGram changed_gram(const PartGram& gram, const CombinedGradients& changed) {
  PartGram result = gram;
  result.values.assign(gram.rows * gram.rows, std::numeric_limits<double>::quiet_NaN());
  const auto rows = rows_with_samples(gram);
  for (const std::size_t i : rows) {
    for (const std::size_t j : rows) {
      result.values[i * gram.rows + j] =
          product_of(gram, row_of(gram, changed.coefficients, i), row_of(gram, changed.coefficients, j));
    }
  }
  for (const std::size_t i : rows) {
    if (!(result.at(i, i) > kVanished * gram.at(i, i))) {
      for (std::size_t j = 0; j < gram.rows; ++j) {
        result.shared[i * gram.rows + j] = result.shared[j * gram.rows + i] = 0;
      }
    }
  }
  return result;
}

std::vector<double> changed_cosines(const PartGram& gram, const CombinedGradients& changed) {
  return cosines_of(changed_gram(gram, changed));
}

std::vector<double> cosines_with_step(const PartGram& gram, const CombinedGradients& changed) {
  std::vector<double> cosines;
  const double square = product_of(gram, changed.weights, changed.weights);
  for (std::size_t i = 0; i < gram.rows; ++i) {
    const auto own = only_row(gram.rows, i);
    cosines.push_back(cosine_of(product_of(gram, own, changed.weights), gram.at(i, i), square));
  }
  return cosines;
}

double cosine_of_steps(const PartGram& gram, const CombinedGradients& a, const CombinedGradients& b) {
  return cosine_of(product_of(gram, a.weights, b.weights), product_of(gram, a.weights, a.weights),
                   product_of(gram, b.weights, b.weights));
}

std::size_t opposing_pairs(const PartGram& gram) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = i + 1; j < gram.rows; ++j) {
      count += gram.at(i, j) < 0.0 ? 1 : 0;
    }
  }
  return count;
}

}  // namespace alidade
