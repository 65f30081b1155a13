// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/cosine_intervals.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/random.h"

namespace alidade {
namespace {

constexpr double kNoBound = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kFewestBatches = 2;

/// Inner products of the rows' means under a choice of batches, [row][row].
std::vector<double> row_products(const BatchGram& gram, const std::vector<std::vector<std::size_t>>& chosen) {
  const std::size_t rows = chosen.size();
  std::vector<double> products(rows * rows, kNoBound);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = i; j < rows; ++j) {
      double sum = 0.0;
      for (const std::size_t a : chosen[i]) {
        for (const std::size_t b : chosen[j]) {
          sum += gram.at(a, b);
        }
      }
      const auto pairs = static_cast<double>(chosen[i].size() * chosen[j].size());
      products[i * rows + j] = products[j * rows + i] = pairs > 0.0 ? sum / pairs : kNoBound;
    }
  }
  return products;
}

/// What a choice of batches gives, before lengths are corrected: products, and lengths by row of the row's
/// own mean and of the mean of its others.
struct ChosenMeans {
  std::vector<double> products;         ///< [row][row]
  std::vector<double> own, others;      ///< [row] squared lengths
  std::vector<double> others_products;  ///< [row] <g_c, mean of the others>
};

ChosenMeans means_of(const BatchGram& gram, const std::vector<std::vector<std::size_t>>& chosen,
                     const std::vector<std::vector<std::size_t>>& others) {
  ChosenMeans means;
  const std::size_t rows = chosen.size();
  means.products = row_products(gram, chosen);
  for (std::size_t i = 0; i < rows; ++i) {
    double product = 0.0, square = 0.0;
    for (const std::size_t a : others[i]) {
      product += means.products[i * rows + a];
      for (const std::size_t b : others[i]) {
        square += means.products[a * rows + b];
      }
    }
    means.own.push_back(means.products[i * rows + i]);
    means.others.push_back(square);
    means.others_products.push_back(product);
  }
  return means;
}

ContentionInterval interval_of(std::vector<double> values) {
  if (values.empty() ||
      !std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) {
    return {kNoBound, kNoBound};
  }
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
  };
  return {at(0.025), at(0.975)};
}

/// Draws of the batches and what follows from them.
class BatchBootstrap {
 public:
  BatchBootstrap(const BatchGram& gram, const PartGram& part) : gram_(gram), part_(part) {
    for (std::size_t i = 0; i < part.rows; ++i) {
      others_.push_back(part.others(i));
    }
  }

  void draw(std::uint64_t seed, int resamples) {
    Random random(seed);
    auto chosen = gram_.rows;
    for (int r = 0; r < resamples; ++r) {
      for (std::size_t row = 0; row < chosen.size(); ++row) {
        const auto& all = gram_.rows[row];
        for (std::size_t& batch : chosen[row]) {
          batch = all[random.index(static_cast<std::uint32_t>(all.size()))];
        }
      }
      draws_.push_back(means_of(gram_, chosen, others_));
    }
    const ChosenMeans measured = means_of(gram_, gram_.rows, others_);
    for (std::size_t i = 0; i < part_.rows; ++i) {
      own_.push_back(surplus(&ChosenMeans::own, measured, i));
      other_.push_back(surplus(&ChosenMeans::others, measured, i));
    }
  }

  CosineIntervals intervals() const {
    const std::size_t rows = part_.rows;
    CosineIntervals result;
    std::vector<std::vector<double>> cosines(rows * rows), transfer(rows);
    std::vector<double> mean_cosines, mean_transfer;
    for (const ChosenMeans& draw : draws_) {
      std::vector<double> matrix(rows * rows, kNoBound), losses(rows, kNoBound);
      for (std::size_t i = 0; i < rows; ++i) {
        losses[i] = 1.0 - to_others(draw, i);
        transfer[i].push_back(losses[i]);
        for (std::size_t j = 0; j < rows; ++j) {
          matrix[i * rows + j] = cosine(draw, i, j);
          cosines[i * rows + j].push_back(matrix[i * rows + j]);
        }
      }
      mean_cosines.push_back(complete() ? pair_moments(matrix, rows).mean : kNoBound);
      mean_transfer.push_back(complete() ? defined_mean(losses) : kNoBound);
    }
    std::transform(cosines.begin(), cosines.end(), std::back_inserter(result.cosines), interval_of);
    std::transform(transfer.begin(), transfer.end(), std::back_inserter(result.negative_transfer),
                   interval_of);
    result.mean_cosine = interval_of(mean_cosines);
    result.mean_negative_transfer = interval_of(mean_transfer);
    return result;
  }

 private:
  /// By how much drawn squares exceed the measured one on average.
  double surplus(std::vector<double> ChosenMeans::*squares, const ChosenMeans& measured,
                 std::size_t row) const {
    double sum = 0.0;
    for (const ChosenMeans& draw : draws_) {
      sum += (draw.*squares)[row];
    }
    const double ratio = sum / static_cast<double>(draws_.size()) / (measured.*squares)[row];
    return std::isfinite(ratio) ? ratio : kNoBound;
  }
  bool enough(std::size_t row) const { return gram_.rows[row].size() >= kFewestBatches; }
  /// Whether every row that counts in the means can be drawn.
  bool complete() const {
    for (std::size_t i = 0; i < part_.rows; ++i) {
      if (!others_[i].empty() && part_.at(i, i) > 0.0 && !enough(i)) {
        return false;
      }
    }
    return true;
  }
  double cosine(const ChosenMeans& draw, std::size_t i, std::size_t j) const {
    return i == j || !enough(i) || !enough(j) || !part_.shares(i, j)
               ? kNoBound
               : cosine_of(draw.products[i * part_.rows + j] * std::sqrt(own_[i] * own_[j]), draw.own[i],
                           draw.own[j]);
  }
  double to_others(const ChosenMeans& draw, std::size_t i) const {
    const bool known =
        enough(i) && !others_[i].empty() &&
        std::all_of(others_[i].begin(), others_[i].end(), [this](std::size_t j) { return enough(j); });
    return known ? cosine_of(draw.others_products[i] * std::sqrt(own_[i] * other_[i]), draw.own[i],
                             draw.others[i])
                 : kNoBound;
  }

  const BatchGram& gram_;
  const PartGram& part_;
  std::vector<std::vector<std::size_t>> others_;
  std::vector<ChosenMeans> draws_;
  std::vector<double> own_, other_;  ///< [row] ratios of squares
};

}  // namespace

CosineIntervals cosine_intervals(const BatchGram& gram, const PartGram& part, std::uint64_t seed,
                                 int resamples) {
  BatchBootstrap bootstrap(gram, part);
  bootstrap.draw(seed, resamples);
  return bootstrap.intervals();
}

}  // namespace alidade
