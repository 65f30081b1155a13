// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/base/table.h"
#include "core/contention/orderings.h"
#include "core/contention/part_gram.h"

namespace alidade {

/// One part at one epoch, as Fig. 3a draws it. NaN = undefined or not measured.
struct ContentionPoint {
  double epoch = 0.0;
  std::int64_t step = 0;
  double mean_cosine, low, high;  ///< mu_cc and its 95 % band over draws of batches
  double variance;                ///< sigma_cc^2
  double mean_negative_transfer, transfer_low, transfer_high;
  double conflict_rate, heterogeneity;
  double reliability;  ///< median of the rows'
  /// The other reading: mean of the cosines of single batches, and their conflict rate.
  double batch_mean_cosine, batch_conflict_rate;
  bool stationary = false;
};

/// A part over the epochs of a history.
struct ContentionSeries {
  std::string part;
  std::vector<ContentionPoint> points;
};

struct ContentionSeriesOptions {
  std::uint64_t seed = 1;  ///< of halves and resamples; each epoch and block has its own stream
  int splits = 20;         ///< halves per row; 0 = no reliability
  int resamples = 200;     ///< for the bands; 0 = none
};

/// Reliability and bands need batches, which are kept per block: other parts have none. kCancelled when the
/// job stops; what takes time are the bands (M^2 additions per resample for M batches).
Expected<ContentionSeries> contention_series(const ContentionHistory& history, const ContentionPart& part,
                                             const ContentionSeriesOptions& options, const JobContext& job);

/// Of every block, in the order of the history.
Expected<std::vector<ContentionSeries>> block_series(const ContentionHistory& history,
                                                     const ContentionSeriesOptions& options,
                                                     const JobContext& job);

/// The orderings of Eq. 10 for one block against the others, at every epoch.
std::vector<ContentionOrderings> epoch_orderings(const ContentionHistory& history, std::size_t candidate);

/// One row per epoch and block: all figures of its point, and which orderings hold for the block.
Table contention_table(const ContentionHistory& history, const std::vector<ContentionSeries>& blocks);

}  // namespace alidade
