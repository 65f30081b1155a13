// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/gram_check.h"

#include <cmath>
#include <cstdio>

namespace alidade {
namespace {

/// Of both lengths; single precision over many parameters.
constexpr double kGramRounding = 1e-5;

std::string rounded(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string row_names(std::size_t i, std::size_t j) {
  return i == j ? "row " + std::to_string(i) : "rows " + std::to_string(i) + " and " + std::to_string(j);
}

/// What is wrong with the entries (i, j) and (j, i), or nothing. `a` and `b` are the diagonal's.
std::string pair_problem(double forth, double back, double a, double b) {
  if (std::isnan(a) || std::isnan(b)) {
    return std::isnan(forth) && std::isnan(back)
               ? std::string()
               : "expected NaN all along a row without samples, found a number";
  }
  if (!std::isfinite(forth) || !std::isfinite(back)) {
    return "expected a finite number";
  }
  const double lengths = std::sqrt(a) * std::sqrt(b);
  if (std::abs(forth - back) > kGramRounding * lengths) {
    return "expected a symmetric matrix, found " + rounded(forth) + " and " + rounded(back);
  }
  if (std::abs(forth) > (1.0 + kGramRounding) * lengths) {
    return "the inner product " + rounded(forth) + " exceeds both lengths, whose product is " +
           rounded(lengths);
  }
  return {};
}

}  // namespace

Expected<void> check_gram(std::span<double> values, std::size_t rows, const std::string& file,
                          const std::string& place) {
  const auto wrong = [&](std::size_t i, std::size_t j, const std::string& problem) {
    return input_error(file, place, row_names(i, j) + ": " + problem,
                       "write inner products of the gradients of all rows");
  };
  for (std::size_t i = 0; i < rows; ++i) {
    const double square = values[i * rows + i];
    if (std::isinf(square) || square < 0.0) {
      return wrong(i, i, "expected the square of a length, found " + rounded(square));
    }
  }
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = i + 1; j < rows; ++j) {
      double& forth = values[i * rows + j];
      double& back = values[j * rows + i];
      if (const auto problem = pair_problem(forth, back, values[i * rows + i], values[j * rows + j]);
          !problem.empty()) {
        return wrong(i, j, problem);
      }
      forth = back = forth == back ? forth : 0.5 * (forth + back);
    }
  }
  return {};
}

}  // namespace alidade
