// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/gram_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace alidade {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
/// A sum of vectors shorter than this by its longest possible length, squared, is what rounding leaves of 0.
constexpr double kCancelled = 1e-14;

/// u, the mean gradient of some rows, by its inner products.
struct MeanGradient {
  std::vector<std::size_t> members;
  double square = 0.0;           ///< |u|^2
  std::vector<double> products;  ///< [row] <u, g_row>, of members
};

MeanGradient mean_gradient(const PartGram& gram, std::vector<std::size_t> members) {
  MeanGradient mean;
  mean.members = std::move(members);
  mean.products.assign(gram.rows, kUndefined);
  const auto count = static_cast<double>(mean.members.size());
  double longest = 0.0;
  for (const std::size_t i : mean.members) {
    double sum = 0.0;
    for (const std::size_t j : mean.members) {
      sum += gram.at(i, j);
    }
    mean.products[i] = sum / count;
    mean.square += sum / (count * count);
    longest += std::sqrt(gram.at(i, i)) / count;
  }
  if (!(mean.square > kCancelled * longest * longest)) {
    mean.square = 0.0;
  }
  return mean;
}

/// The means that rows are measured in, each once, and which row has which; -1 for a row that is alone.
struct MeanGradients {
  std::vector<MeanGradient> means;
  std::vector<int> of_row;
};

MeanGradients mean_gradients(const PartGram& gram) {
  MeanGradients all;
  all.of_row.assign(gram.rows, -1);
  for (std::size_t i = 0; i < gram.rows; ++i) {
    std::vector<std::size_t> members = gram.others(i);
    if (members.empty()) {
      continue;
    }
    members.insert(std::upper_bound(members.begin(), members.end(), i), i);
    const auto found = std::find_if(all.means.begin(), all.means.end(),
                                    [&](const MeanGradient& mean) { return mean.members == members; });
    all.of_row[i] = static_cast<int>(found - all.means.begin());
    if (found == all.means.end()) {
      all.means.push_back(mean_gradient(gram, std::move(members)));
    }
  }
  return all;
}

/// Cosine of g_i and the weighted sum of the others (Eq. 3, 4 and 41).
double cosine_to_others(const PartGram& gram, std::size_t i, const std::vector<std::size_t>& others,
                        std::span<const std::int64_t> samples, bool weighted) {
  const auto weight = [&](std::size_t j) { return weighted ? static_cast<double>(samples[j]) : 1.0; };
  double product = 0.0, square = 0.0, longest = 0.0;
  for (const std::size_t a : others) {
    product += weight(a) * gram.at(i, a);
    longest += weight(a) * std::sqrt(gram.at(a, a));
    for (const std::size_t b : others) {
      square += weight(a) * weight(b) * gram.at(a, b);
    }
  }
  return square > kCancelled * longest * longest ? cosine_of(product, gram.at(i, i), square) : kUndefined;
}

void fill_interactions(const PartGram& gram, std::span<const std::int64_t> samples, GramStatistics& out) {
  const bool weighted = samples.size() == gram.rows;
  for (std::size_t i = 0; i < gram.rows; ++i) {
    out.norms.push_back(std::sqrt(gram.at(i, i)));
    const auto others = gram.others(i);
    out.to_others.push_back(cosine_to_others(gram, i, others, samples, false));
    out.to_others_weighted.push_back(weighted ? cosine_to_others(gram, i, others, samples, true)
                                              : kUndefined);
    out.negative_transfer.push_back(1.0 - out.to_others.back());
  }
  out.mean_negative_transfer = defined_mean(out.negative_transfer);
}

/// Eq. 31: with branches the numerator and the denominator are means over the rows, each in its own branch.
void fill_heterogeneity(const PartGram& gram, const MeanGradients& all, GramStatistics& out) {
  double deviations = 0.0, means = 0.0, lengths = 0.0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < gram.rows; ++i) {
    if (all.of_row[i] < 0) {
      continue;
    }
    const MeanGradient& u = all.means[static_cast<std::size_t>(all.of_row[i])];
    deviations += gram.at(i, i) - 2.0 * u.products[i] + u.square;
    means += u.square;
    lengths += out.norms[i];
    ++count;
  }
  out.heterogeneity = means > 0.0 ? std::max(deviations, 0.0) / means : kUndefined;
  out.scaling_law = 1.0 / (1.0 + out.heterogeneity);
  const auto rows = static_cast<double>(count);
  out.mean_share = lengths > 0.0 ? std::sqrt(means / rows) / (lengths / rows) : kUndefined;
  out.stationary = out.mean_share < kStationaryShare;
  out.divided = all.means.size() > 1;
}

/// Eq. 32, 33, 30 and 35. Deviations from the mean add up to 0, so that v_notc = -v_c / (n - 1).
void fill_row_forms(const PartGram& gram, const MeanGradients& all, GramStatistics& out) {
  for (std::size_t i = 0; i < gram.rows; ++i) {
    if (all.of_row[i] < 0 || !(all.means[static_cast<std::size_t>(all.of_row[i])].square > 0.0)) {
      continue;
    }
    const MeanGradient& u = all.means[static_cast<std::size_t>(all.of_row[i])];
    const double others = static_cast<double>(u.members.size()) - 1.0;
    const double alpha = std::max(gram.at(i, i) - 2.0 * u.products[i] + u.square, 0.0) / u.square;
    out.alpha[i] = alpha;
    out.beta[i] = alpha / (others * others);
    out.rho_others[i] = alpha > 0.0 ? -1.0 : kUndefined;
    out.closed_to_others[i] = (1.0 - alpha / others) / std::sqrt((1.0 + alpha) * (1.0 + out.beta[i]));
  }
}

/// Eq. 33, 26 and 34 of the pairs that are measured in the same mean.
void fill_pair_forms(const PartGram& gram, const MeanGradients& all, GramStatistics& out) {
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = 0; j < gram.rows; ++j) {
      if (all.of_row[i] < 0 || all.of_row[i] != all.of_row[j] || !std::isfinite(out.alpha[i])) {
        continue;
      }
      const MeanGradient& u = all.means[static_cast<std::size_t>(all.of_row[i])];
      const double deviation =
          i == j ? out.alpha[i] : (gram.at(i, j) - u.products[i] - u.products[j] + u.square) / u.square;
      const double scale = std::sqrt((1.0 + out.alpha[i]) * (1.0 + out.alpha[j]));
      const std::size_t at = i * gram.rows + j;
      out.rho[at] = cosine_of(deviation, out.alpha[i], out.alpha[j]);
      out.closed_cosines[at] = (1.0 + deviation) / scale;
    }
  }
}

}  // namespace

double cosine_of(double product, double square_a, double square_b) {
  const double lengths = std::sqrt(square_a) * std::sqrt(square_b);
  return lengths > 0.0 && std::isfinite(product) ? std::clamp(product / lengths, -1.0, 1.0) : kUndefined;
}

std::vector<double> cosines_of(const PartGram& gram) {
  std::vector<double> cosines(gram.rows * gram.rows, kUndefined);
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = 0; j < gram.rows; ++j) {
      if (gram.shares(i, j)) {
        cosines[i * gram.rows + j] = i == j ? 1.0 : cosine_of(gram.at(i, j), gram.at(i, i), gram.at(j, j));
      }
    }
  }
  return cosines;
}

PairMoments pair_moments(std::span<const double> matrix, std::size_t rows) {
  double sum = 0.0, negative = 0.0, squares = 0.0;
  PairMoments moments{kUndefined, kUndefined, kUndefined};
  const auto each = [&](const auto& take) {
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = i + 1; j < rows; ++j) {
        if (std::isfinite(matrix[i * rows + j])) {
          take(matrix[i * rows + j]);
        }
      }
    }
  };
  each([&](double value) {
    sum += value;
    negative += value < 0.0 ? 1.0 : 0.0;
    ++moments.pairs;
  });
  if (moments.pairs == 0) {
    return moments;
  }
  const auto count = static_cast<double>(moments.pairs);
  moments.mean = sum / count;
  moments.below_zero = negative / count;
  each([&](double value) { squares += (value - moments.mean) * (value - moments.mean); });
  moments.variance = squares / count;
  return moments;
}

double defined_mean(std::span<const double> values) {
  double sum = 0.0, count = 0.0;
  for (const double value : values) {
    if (std::isfinite(value)) {
      sum += value;
      count += 1.0;
    }
  }
  return count > 0.0 ? sum / count : kUndefined;
}

double defined_median(std::span<const double> values) {
  std::vector<double> sorted;
  std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
               [](double value) { return std::isfinite(value); });
  if (sorted.empty()) {
    return kUndefined;
  }
  std::sort(sorted.begin(), sorted.end());
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

GramStatistics gram_statistics(const PartGram& gram, std::span<const std::int64_t> samples) {
  GramStatistics out;
  out.rows = gram.rows;
  const std::vector<double> undefined_rows(gram.rows, kUndefined);
  const std::vector<double> undefined_pairs(gram.rows * gram.rows, kUndefined);
  out.alpha = out.beta = out.rho_others = out.closed_to_others = undefined_rows;
  out.rho = out.closed_cosines = undefined_pairs;
  out.cosines = cosines_of(gram);
  const PairMoments moments = pair_moments(out.cosines, gram.rows);
  out.mean_cosine = moments.mean;
  out.variance = moments.variance;
  out.conflict_rate = moments.below_zero;
  out.pairs = moments.pairs;
  fill_interactions(gram, samples, out);
  const MeanGradients all = mean_gradients(gram);
  fill_heterogeneity(gram, all, out);
  fill_row_forms(gram, all, out);
  fill_pair_forms(gram, all, out);
  return out;
}

}  // namespace alidade
