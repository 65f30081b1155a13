// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/render/figure_kinds.h"

namespace alidade {

// The figures of an evaluation: each reads its part of a recipe (docs/formats.md, "Figure recipes").

ParsedView parseMetrics(StrictObject& view);          ///< the table of categories, or with published rows
ParsedView parseMetricCurve(StrictObject& view);      ///< a metric over its threshold
ParsedView parseMetricHistogram(StrictObject& view);  ///< how many objects have which error

}  // namespace alidade
