// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/experiments/report_parts.h"
#include "core/papers/score_scaling/numbers.h"

namespace alidade::score_scaling {

/// The figures of a reproduction as SVG files: figure-4.svg, figure-7.svg (when features were looked
/// at) and figure-8.svg. Lines are means over seeds, bands reach from the least to the greatest, as the
/// paper's do.
std::vector<ReportFile> reproduce_figures(const ReproduceNumbers& numbers);

}  // namespace alidade::score_scaling
