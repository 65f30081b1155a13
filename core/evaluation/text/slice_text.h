// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/evaluation/statistics/compared_slice.h"
#include "core/evaluation/text/report_text.h"

namespace alidade {

/// What rows of the whole are called in tables of slices.
inline constexpr const char* kWholeSlice = "all objects";

/// Slices and methods as rows: the rows of `whole` (a comparison table; the reports' numbers on everything),
/// then each slice with the run `a`, where there is one the run `b`, and the `others`, by their names.
/// Methods are ranked within each slice. A note says how many rows were set aside; cells of a slice without
/// report are missing and say why.
MetricTable slice_table(MetricTable whole, const std::vector<ComparedSlice>& slices, const std::string& a,
                        const std::string& b, const std::vector<std::string>& others = {});

/// A list of JSON objects, one per slice: name, expression, counts, report, and with two runs the other
/// report and the test (docs/formats.md, "Evaluation reports").
std::string slices_json(const std::vector<ComparedSlice>& slices);

/// "far (z > 1 m), run: 12 of 40 ground truths ..." for every slice and run, each once.
std::vector<std::string> slice_notes(const std::vector<ComparedSlice>& slices, const std::string& a,
                                     const std::string& b);

}  // namespace alidade
