// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/evaluation/protocol.h"
#include "core/evaluation/report/slice_report.h"
#include "core/evaluation/slices/slice.h"

namespace alidade {

/// Which ground truth each prediction goes with into a slice, and which rows count at all.
struct SliceAssignment {
  std::vector<std::int64_t> truth_of;  ///< per prediction; -1 = none of its class in its image
  /// Per ground truth the prediction that the protocol paired with it, else the best-scored one that follows
  /// it; -1 = none.
  std::vector<std::int64_t> answer_of;
  std::vector<bool> truths, predictions;  ///< rows that the protocol looks at
};

/// A prediction follows the ground truth that the protocol paired it with (`whole` must hold the judged
/// samples); what is left follows the ground truth of its class and image that has its instance number, else
/// the nearest one (distance of the box centers). So no prediction becomes a false one because its ground
/// truth lies outside the slice.
SliceAssignment assign_predictions(const Protocol& protocol, const EvaluationInput& input,
                                   const EvaluationReport& whole);

/// The part of an input.
struct SlicedInput {
  std::shared_ptr<const EvaluationInput> input;  ///< null without any ground truth inside
  SliceCounts counts;
  std::vector<std::int64_t> truth_rows, prediction_rows;  ///< of the whole, inside
};

/// The ground truths for which the condition holds, with the predictions that follow them. Predictions that
/// follow none are asked themselves. All images stay; classes of the whole without any row inside are left
/// out, targets (BOP) are those ground truths that are looked at.
SlicedInput sliced_input(const Protocol& protocol, const EvaluationInput& input,
                         const SliceAssignment& assignment, const SliceCondition& condition);

}  // namespace alidade
