// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evaluation/report/slice_report.h"
#include "core/evaluation/statistics/statistics.h"

namespace alidade {

/// One run in a slice, or two, and any number beside them that are not tested.
struct ComparedSlice {
  SliceReport a;
  std::optional<SliceReport> b;    ///< nothing where one run is evaluated
  std::vector<SliceReport> others{};  ///< the further runs, in the order in which they were given
  std::optional<PairedTest> test;  ///< A against B in the slice
  std::string no_test;             ///< with two runs: why there is no test; without a full stop
};

/// The tests of the slices in one: a row per slice, that over all its classes. Slices without a test give a
/// row whose cells say why.
PairedTest slice_tests(const std::vector<ComparedSlice>& slices, const PairedTest& whole);

}  // namespace alidade
