// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/evaluation/nocs/nocs_sweep.h"

namespace alidade::bench {

/// The full sweep with the loops of the published scripts: every threshold is matched anew, the truths sorted
/// anew for every prediction, the scores sorted anew for every AP. Our comparison of the pairs, so that only
/// the sweep differs.
NocsCurves reference_sweep(const NocsCandidates& all, const NocsGrid& grid);

}  // namespace alidade::bench
