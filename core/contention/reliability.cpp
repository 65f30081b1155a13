// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/reliability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/random.h"

namespace alidade {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double sum_between(const BatchGram& gram, std::span<const std::size_t> a, std::span<const std::size_t> b) {
  double sum = 0.0;
  for (const std::size_t i : a) {
    for (const std::size_t j : b) {
      sum += gram.at(i, j);
    }
  }
  return sum;
}

double mean_split_half(const BatchGram& gram, std::vector<std::size_t> batches, Random& random, int splits) {
  std::vector<double> cosines;
  const auto half = batches.size() / 2;
  for (int split = 0; split < splits && half > 0; ++split) {
    for (std::size_t i = batches.size() - 1; i > 0; --i) {
      std::swap(batches[i], batches[random.index(static_cast<std::uint32_t>(i + 1))]);
    }
    const std::span<const std::size_t> all(batches);
    cosines.push_back(cosine_of_means(gram, all.first(half), all.subspan(half)));
  }
  return defined_mean(cosines);
}

/// Sum of the cosines between the batches of two rows, of them below 0, and their number.
struct BatchPairs {
  double sum = 0.0, negative = 0.0, count = 0.0;
};

BatchPairs batch_pairs(const BatchGram& gram, std::size_t i, std::size_t j) {
  BatchPairs pairs;
  for (const std::size_t a : gram.rows[i]) {
    for (const std::size_t b : gram.rows[j]) {
      const double cosine = cosine_of(gram.at(a, b), gram.at(a, a), gram.at(b, b));
      if (a != b && std::isfinite(cosine)) {
        pairs.sum += cosine;
        pairs.negative += cosine < 0.0 ? 1.0 : 0.0;
        pairs.count += 1.0;
      }
    }
  }
  return pairs;
}

}  // namespace

std::optional<BatchGram> batch_gram(const ContentionHistory& history, std::size_t epoch, std::size_t block) {
  const std::vector<double>& grams = history.epochs[epoch].batch_grams;
  const std::size_t batches = history.batch_rows.size(), cells = batches * batches;
  if (cells == 0 || grams.size() < (block + 1) * cells) {
    return std::nullopt;
  }
  BatchGram gram;
  gram.values = std::span(grams).subspan(block * cells, cells);
  gram.batches = batches;
  gram.rows.resize(history.rows.size());
  for (std::size_t b = 0; b < batches; ++b) {
    gram.rows[static_cast<std::size_t>(history.batch_rows[b])].push_back(b);
  }
  return gram;
}

double cosine_of_means(const BatchGram& gram, std::span<const std::size_t> a,
                       std::span<const std::size_t> b) {
  return cosine_of(sum_between(gram, a, b), sum_between(gram, a, a), sum_between(gram, b, b));
}

RowReliability row_reliability(const BatchGram& gram, std::uint64_t seed, int splits) {
  RowReliability result;
  for (std::size_t row = 0; row < gram.rows.size(); ++row) {
    Random random(mix_seed(seed, row));
    const double h = mean_split_half(gram, gram.rows[row], random, splits);
    result.split_half.push_back(h);
    result.reliability.push_back(h > -1.0 ? 2.0 * h / (1.0 + h) : kUnknown);
  }
  result.median = defined_median(result.reliability);
  return result;
}

CorrectedCosines corrected_cosines(std::span<const double> cosines, std::span<const double> reliability) {
  const std::size_t rows = reliability.size();
  CorrectedCosines result{std::vector<double>(rows * rows, kUnknown), std::vector<char>(rows * rows, 0)};
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < rows; ++j) {
      const std::size_t at = i * rows + j;
      if (i == j || !std::isfinite(cosines[at]) || !(reliability[i] > kLeastReliability) ||
          !(reliability[j] > kLeastReliability)) {
        continue;
      }
      const double value = cosines[at] / std::sqrt(reliability[i] * reliability[j]);
      result.values[at] = std::clamp(value, -1.0, 1.0);
      result.clipped[at] = std::abs(value) > 1.0 ? 1 : 0;
    }
  }
  return result;
}

BatchCosines batch_cosines(const BatchGram& gram, const PartGram& part) {
  const std::size_t rows = gram.rows.size();
  BatchCosines result{std::vector<double>(rows * rows, kUnknown), std::vector<double>(rows * rows, kUnknown),
                      kUnknown, kUnknown};
  double negative = 0.0, count = 0.0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = i; j < rows; ++j) {
      const BatchPairs pairs = part.shares(i, j) ? batch_pairs(gram, i, j) : BatchPairs{};
      if (pairs.count > 0.0) {
        result.means[i * rows + j] = result.means[j * rows + i] = pairs.sum / pairs.count;
        result.conflicts[i * rows + j] = result.conflicts[j * rows + i] = pairs.negative / pairs.count;
        negative += i == j ? 0.0 : pairs.negative;
        count += i == j ? 0.0 : pairs.count;
      }
    }
  }
  result.mean_cosine = pair_moments(result.means, rows).mean;
  result.conflict_rate = count > 0.0 ? negative / count : kUnknown;
  return result;
}

}  // namespace alidade
