// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/experiments/report_parts.h"
#include "core/papers/h2a2/numbers.h"

namespace alidade::h2a2 {

/// figure-ablation (mAP of every main arm by source), figure-norms (gradient norms of the sources and Psi
/// along joint training and H2A2, seed 1), figure-sensitivity (tau / sigma(O) and the threshold of Psi),
/// figure-support (alpha by the pairs of an offset), figure-responses (norms of kernels by offset of the
/// sources that were trained alone), figure-interventions (alpha x beta against what turned decisions cost).
/// Those of which nothing was measured are left out.
std::vector<ReportFile> study_figures(const StudyNumbers& numbers);

}  // namespace alidade::h2a2
