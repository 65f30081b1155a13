// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/render/figure_kinds.h"

namespace alidade {

/// Losses and accuracies of training runs: reads its part of a recipe (docs/formats.md, "Figure recipes").
ParsedView parseTraining(StrictObject& view);

}  // namespace alidade
