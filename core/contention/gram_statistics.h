// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/contention/part_gram.h"

namespace alidade {

/// Below this share of the mean gradient's length in the mean length of gradients, opposition follows from
/// the mean being 0, without any conflict: S_ca = -1, N = 2, mu_cc near -1 / (C - 1).
inline constexpr double kStationaryShare = 0.1;

/// What DecomPose says about gradients against each other (Sec. 3.2, 4 and App. A), of one part at one epoch.
/// NaN is "undefined": a row without samples or with a zero gradient, rows in different branches, a mean of
/// nothing. What is undefined is left out of every mean.
struct GramStatistics {
  std::size_t rows = 0;
  std::vector<double> norms;               ///< [row] |g_c|
  std::vector<double> cosines;             ///< [row][row] S_cc (Eq. 2); 1 on the diagonal
  std::vector<double> to_others;           ///< [row] S_ca (Eq. 4), all others counting the same (Eq. 3)
  std::vector<double> to_others_weighted;  ///< [row] S_ca, others by their samples (Eq. 41)
  std::vector<double> negative_transfer;   ///< [row] N = 1 - S_ca (Eq. 6)

  double mean_cosine;             ///< mu_cc (Eq. 5) over pairs of different rows
  double variance;                ///< sigma_cc^2 (Eq. 5), of the population
  double conflict_rate;           ///< share of pairs with a cosine below 0
  double mean_negative_transfer;  ///< of the rows
  std::size_t pairs = 0;          ///< pairs (unordered) that are defined

  double heterogeneity;  ///< r (Eq. 9 and 31), u being the mean over the rows that a row is measured against
  double scaling_law;    ///< 1 / (1 + r) (Eq. 37)
  std::vector<double> alpha;             ///< [row] |v_c|^2 / |u|^2 (Eq. 32)
  std::vector<double> beta;              ///< [row] |v_notc|^2 / |u|^2 (Eq. 32)
  std::vector<double> rho;               ///< [row][row] correlation of deviations (Eq. 33)
  std::vector<double> rho_others;        ///< [row] the same with the others' (Eq. 33)
  std::vector<double> closed_cosines;    ///< [row][row] Eq. 26 and 34, beside `cosines`
  std::vector<double> closed_to_others;  ///< [row] Eq. 30 and 35, beside `to_others`

  /// Length of the mean gradient by the mean length of gradients. In a divided part the root of the mean
  /// square of the branches' means, by row.
  double mean_share;
  bool stationary = false;  ///< mean_share < kStationaryShare: nothing here is to be called a fight
  bool divided = false;     ///< rows are measured against different others: branches

  double cosine(std::size_t i, std::size_t j) const { return cosines[i * rows + j]; }
};

/// Statistics of a Gram matrix. `samples` of each row weight S_ca; empty: `to_others_weighted` is undefined.
GramStatistics gram_statistics(const PartGram& gram, std::span<const std::int64_t> samples);

/// The cosines (Eq. 2) alone, [row][row].
std::vector<double> cosines_of(const PartGram& gram);

/// The inner product divided by both lengths, within [-1, 1]; NaN where a square is not above 0.
double cosine_of(double product, double square_a, double square_b);

/// Mean and variance (of the population) of the pairs i < j of a matrix [row][row] that are defined.
struct PairMoments {
  double mean, variance;
  double below_zero;      ///< share of negative values
  std::size_t pairs = 0;  ///< NaN above when there are none
};
PairMoments pair_moments(std::span<const double> matrix, std::size_t rows);

/// Mean of the values that are defined; NaN when there are none.
double defined_mean(std::span<const double> values);

/// Median of them: the mean of the two in the middle of an even number.
double defined_median(std::span<const double> values);

}  // namespace alidade
