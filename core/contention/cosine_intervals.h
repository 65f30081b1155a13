// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "core/contention/reliability.h"

namespace alidade {

/// A 95 % interval; NaN where it is undefined.
struct ContentionInterval {
  double low, high;
  /// Whether it covers 0: the value cannot be told from it.
  bool covers_zero() const { return low <= 0.0 && high >= 0.0; }
};

/// Intervals over which other batches would have been drawn, every row for itself.
struct CosineIntervals {
  std::vector<ContentionInterval> cosines;            ///< [row][row]
  std::vector<ContentionInterval> negative_transfer;  ///< [row] of N
  ContentionInterval mean_cosine;                     ///< of mu_cc
  ContentionInterval mean_negative_transfer;
};

/// Bootstrap on the Gram matrix: batches are drawn with replacement within their rows. A drawn mean holds the
/// noise of the batches twice, so that it is too long and its cosines too near 0; its length is taken back to
/// the measured one on average, which leaves signs as they are. Undefined where a row has fewer than two
/// batches. `part` is the block's Gram matrix of the rows, which says which of them are compared.
CosineIntervals cosine_intervals(const BatchGram& gram, const PartGram& part, std::uint64_t seed,
                                 int resamples = 200);

}  // namespace alidade
