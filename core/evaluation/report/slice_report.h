// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/evaluation/report/report.h"

namespace alidade {

/// What became of the rows of a run in a slice. Only rows that the protocol looks at are counted.
struct SliceCounts {
  std::size_t truths = 0, predictions = 0;                      ///< inside
  std::size_t all_truths = 0, all_predictions = 0;              ///< of the whole
  std::size_t undecided_truths = 0, undecided_predictions = 0;  ///< in no slice: see `undecided`
  std::string undecided;  ///< why they are, for example "the visibility of objects is not known"
  /// Set aside though the condition holds for them: predictions without ground truth of a class that has none
  /// in the slice.
  std::size_t without_class = 0;
};

/// A run's numbers in a slice.
struct SliceReport {
  std::string name, expression;  ///< of the slice
  SliceCounts counts;
  /// Over all images of the whole, so that runs are resampled alike; judges no single objects. Null when
  /// there is nothing to evaluate.
  std::shared_ptr<const EvaluationReport> report;
  std::string reason;  ///< why there is no report; one sentence without a full stop
  /// Rows of the whole that are inside, rising.
  std::vector<std::int64_t> truth_rows{}, prediction_rows{};
  bool by_score = false;  ///< the slice depends on the run's own scores: two runs hold other objects in it
};

/// Of `samples` (indices in `whole`, the report on everything) those whose ground truth, or prediction where
/// there is none, is in the slice.
std::vector<std::size_t> samples_in_slice(const EvaluationReport& whole, const SliceReport& slice,
                                          const std::vector<std::size_t>& samples);

/// "12 of 40 ground truths and 11 of 38 predictions; in no slice: 3 ground truths and 2 predictions, because
/// the visibility of objects is not known". Without a full stop.
std::string slice_counts_text(const SliceCounts& counts);

}  // namespace alidade
