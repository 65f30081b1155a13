// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/evaluation/text/published.h"
#include "core/experiments/report_parts.h"
#include "core/papers/mqat/numbers.h"

namespace alidade::mqat {

/// Figs. 2 (latency), 4, 5, 6 and 7 as charts, published points beside ours where they are printed.
std::vector<ReportFile> study_figures(const StudyNumbers& numbers,
                                      const std::vector<PublishedTable>& published);

}  // namespace alidade::mqat
