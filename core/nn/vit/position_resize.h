// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/nn/vit/vision_transformer_config.h"

namespace alidade {

/// The bicubic weights that carry values at `from` cells to `to` cells along one direction: row-major
/// [to][from], each row sums to 1. Cells beyond the border repeat it (kOffset, kSize) or are cut off
/// (kAntialias). Equal counts give the identity but for kOffset, whose scale is never 1.
std::vector<double> position_weights(int from, int to, PositionResize way);

}  // namespace alidade
