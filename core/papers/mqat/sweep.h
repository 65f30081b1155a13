// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/papers/mqat/numbers.h"
#include "core/results/quantization_sweep.h"

namespace alidade::mqat {

/// Everything that was measured of the bundled network, as the trade-off chart takes it: a point for each arm
/// and seed, the widths of each module with their sizes and Omega of Eq. 1, sensitivities and the flow.
/// `checkpoint` is the name of its file. Without modules where its facts are missing.
QuantizationSweep study_sweep(const StudyNumbers& numbers, const std::string& checkpoint);

}  // namespace alidade::mqat
