// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/contention/cosine_intervals.h"
#include "core/contention/gram_statistics.h"
#include "core/contention/part_gram.h"
#include "core/contention/reliability.h"

namespace alidade {

/// What tells signal from noise in a block at an epoch, where the gradients of batches were kept.
struct ContentionSignal {
  RowReliability reliability;
  CorrectedCosines corrected;
  CosineIntervals intervals;
  BatchCosines batches;
};

/// What a method makes of the gradients of a part at an epoch, before they are combined to a step.
struct ContentionChange {
  GramStatistics statistics;      ///< of the changed gradients
  std::vector<double> with_step;  ///< [row] cosine of its own gradient with the step: below 0 its loss rises
  double steps = 0.0;             ///< cosine of the step with that of the plain mean
};

/// Statistics of parts of histories, each computed once: who scrubs through epochs or looks again pays
/// nothing. Holds those of the parts that were asked for last. What it returns stays until other parts, as
/// many as it holds, have been asked for. Lives on one thread.
class ContentionNumbers {
 public:
  using History = std::shared_ptr<const ContentionHistory>;

  static constexpr std::size_t kMostParts = 32;

  /// Forgets what belongs to other histories than these.
  void keep(const std::vector<History>& histories);

  /// `epoch` is an index.
  const GramStatistics& statistics(const History& history, const ContentionPart& part, std::size_t epoch);
  /// Null where no batches were kept of the part: they are kept of blocks.
  const ContentionSignal* signal(const History& history, const ContentionPart& part, std::size_t epoch);
  /// After PCGrad (orders drawn from kContentionSeed), or with norms balanced.
  const ContentionChange& projected(const History& history, const ContentionPart& part, std::size_t epoch);
  const ContentionChange& balanced(const History& history, const ContentionPart& part, std::size_t epoch);
  /// Share of pairs in conflict at every epoch, NaN where it is undefined.
  const std::vector<double>& conflictRates(const History& history, const ContentionPart& part);
  /// The parts of a kind, in the order of the network.
  const std::vector<ContentionPart>& parts(const History& history, PartKind kind);

 private:
  struct Part {
    History history;
    std::uint64_t used = 0;                                                 ///< when it was last asked for
    std::vector<std::optional<GramStatistics>> statistics;                  ///< [epoch]
    std::vector<std::optional<std::unique_ptr<ContentionSignal>>> signals;  ///< [epoch]
    std::vector<std::unique_ptr<ContentionChange>> projected, balanced;     ///< [epoch]
    std::vector<double> conflict_rates;
  };
  using Key = std::tuple<const ContentionHistory*, PartKind, std::string>;

  Part& part(const History& history, const ContentionPart& of);

  std::map<Key, Part> parts_;
  std::uint64_t asked_ = 0;
  struct Listed {
    History history;
    std::vector<ContentionPart> parts;
  };
  std::map<std::pair<const ContentionHistory*, PartKind>, Listed> lists_;
};

/// The seed of resamples and splits: what is shown twice is the same twice.
inline constexpr std::uint64_t kContentionSeed = 0;

}  // namespace alidade
