// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/render/figure_kinds.h"

namespace alidade {

// Figures of sample sets, one per guidance schedule from the same noise: each reads its part of a recipe
// (docs/formats.md, "Figure recipes").

/// Maps of the rotations: schedules beside one another, or times (score-scaling paper, Fig. 2 and 9).
ParsedView parseScheduleMaps(StrictObject& view);
/// Mean and deviation of both errors along t, over the samples of one or of many objects (Fig. 3 and 8).
ParsedView parseScheduleErrors(StrictObject& view);

}  // namespace alidade
