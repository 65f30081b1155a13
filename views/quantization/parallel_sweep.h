// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "core/results/quantization_sweep.h"
#include "views/parallel/parallel_table.h"

namespace alidade {

/// Networks of a sweep as parallel coordinates: levels of each module at the left; size, bit operations,
/// latency and every metric at the right, the given one coloring the lines. Null without networks.
std::shared_ptr<const ParallelTable> makeSweepTable(const QuantizationSweep& sweep,
                                                    const std::string& metric);

}  // namespace alidade
