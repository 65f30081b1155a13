// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/contention/gram_statistics.h"

namespace alidade {

/// The three orderings of Eq. 10 at one epoch, each judged by itself: is the one block (the correspondence,
/// phi) the contended one? Nothing where a figure of a block is undefined.
struct ContentionOrderings {
  std::optional<bool> lowest_cosine;     ///< mu_cc below that of every other block
  std::optional<bool> highest_variance;  ///< sigma_cc^2 above that of every other block
  std::optional<bool> highest_transfer;  ///< mean N above that of every other block
  /// Share of the rows whose own N is highest there; NaN when no row has all of them.
  double rows_highest_transfer;
  bool stationary = false;  ///< a block is: its figures follow without a fight, and the epoch does not count
};

/// Judges the block of index `candidate` against the other blocks; all have the same rows.
ContentionOrderings orderings_of(std::span<const GramStatistics> blocks, std::size_t candidate);

/// How often the orderings hold, over the epochs that are not stationary and where each is defined.
struct OrderingShares {
  double lowest_cosine, highest_variance, highest_transfer, all_three;  ///< NaN: judged nowhere
  std::size_t epochs = 0;                                               ///< judged: not stationary
  std::size_t stationary = 0;                                           ///< left out
};
OrderingShares ordering_shares(std::span<const ContentionOrderings> epochs);

}  // namespace alidade
