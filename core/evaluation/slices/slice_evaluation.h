// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/evaluation/slices/slice_input.h"
#include "core/evaluation/statistics/compared_slice.h"

namespace alidade {

/// The numbers of a run in a slice, with intervals unless `bootstrap` has no replicates. What the protocol
/// cannot evaluate there is a report with a reason; being stopped is the only Error.
Expected<SliceReport> evaluate_slice(const Protocol& protocol, const EvaluationInput& input,
                                     const SliceAssignment& assignment, const Slice& slice,
                                     const BootstrapOptions& bootstrap, const JobContext& job);

/// A run: what was evaluated, and what that gave with its judged samples.
struct SlicedRun {
  std::shared_ptr<const EvaluationInput> input;
  std::shared_ptr<const EvaluationReport> report;
};

/// Evaluates a run in every slice, or two and their paired tests; `b` may be null, and any number of `others`
/// may stand beside them. Needs replicates for tests.
Expected<std::vector<ComparedSlice>> compare_slices(const Protocol& protocol, const SlicedRun& a,
                                                    const SlicedRun* b, std::span<const Slice> slices,
                                                    const BootstrapOptions& bootstrap, const JobContext& job,
                                                    std::span<const SlicedRun> others = {});

/// The paired test of two runs in a slice, or why there is none: a side without report, or a slice by the
/// runs' own scores, which holds other objects of each.
Expected<void> test_slice(ComparedSlice* slice, const BootstrapOptions& bootstrap, const JobContext& job);

}  // namespace alidade
