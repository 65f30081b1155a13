// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/contention/gram_statistics.h"

namespace alidade {

/// An epoch whose median reliability is lower is drawn gray, and no cosine is corrected by a lower one.
inline constexpr double kLeastReliability = 0.3;

/// Inner products of single batches on one block, and whose they are.
struct BatchGram {
  std::span<const double> values;              ///< [batch][batch]
  std::vector<std::vector<std::size_t>> rows;  ///< [row] its batches

  std::size_t batches = 0;
  double at(std::size_t a, std::size_t b) const { return values[a * batches + b]; }
};

/// The batches of the block `block` (an index into ContentionHistory::blocks); nothing where none were kept.
/// It looks into the history, which must outlive it.
std::optional<BatchGram> batch_gram(const ContentionHistory& history, std::size_t epoch, std::size_t block);

/// Cosine between the mean gradients of two lists of batches; NaN where one is empty or has no length.
double cosine_of_means(const BatchGram& gram, std::span<const std::size_t> a, std::span<const std::size_t> b);

/// How much of a row's mean gradient is signal rather than the draw of its samples.
struct RowReliability {
  std::vector<double> split_half;   ///< [row] h: mean cosine between random halves of its batches
  std::vector<double> reliability;  ///< [row] 2 h / (1 + h) (Spearman and Brown)
  double median;                    ///< of the reliabilities
};

/// NaN where a row has fewer than two batches or no gradient. Of an odd number one half has a batch more.
RowReliability row_reliability(const BatchGram& gram, std::uint64_t seed, int splits = 20);

/// Cosines as they would be without the noise of the draw.
struct CorrectedCosines {
  std::vector<double> values;  ///< [row][row] cos / sqrt(r_i r_j), in [-1, 1]; NaN unless both r exceed 0.3
  std::vector<char> clipped;   ///< [row][row] the quotient lay outside and was clipped
};
CorrectedCosines corrected_cosines(std::span<const double> cosines, std::span<const double> reliability);

/// The other reading of "gradients of categories against each other": single batches, not means. The two are
/// never mixed: this one is pulled to 0 by the noise of a batch.
struct BatchCosines {
  std::vector<double> means;      ///< [row][row] mean cosine over pairs of batches, of two different ones on
                                  ///< the diagonal
  std::vector<double> conflicts;  ///< [row][row] share of these pairs with a cosine below 0
  double mean_cosine;             ///< over pairs of different rows
  double conflict_rate;           ///< over all pairs of batches of different rows
};
/// `part` is the block's Gram matrix of the rows, which says which rows share parameters.
BatchCosines batch_cosines(const BatchGram& gram, const PartGram& part);

}  // namespace alidade
