// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/experiments/report_parts.h"
#include "core/papers/decompose/numbers.h"

namespace alidade::decompose {

/// figure-1 (a: categories by difficulty), figure-3 (a: mean cosine, variance and negative transfer of the
/// blocks along a training without groups; c: the backbone with and without groups), figure-4 (asymmetric
/// against equal branches) and, where the ten categories were trained, figure-6 (the same as figure-3 there).
/// Lines are means over seeds, bands reach from the least to the greatest; stationary checkpoints are left
/// out.
std::vector<ReportFile> study_figures(const StudyNumbers& numbers);

/// Fig. 5: estimates of the first seed on the first test frames of the six categories, as the text of a
/// recipe (docs/formats.md, kind "comparison"); `data` is the test set's recipe beside it.
ReportFile comparison_figure(const std::string& data);

}  // namespace alidade::decompose
