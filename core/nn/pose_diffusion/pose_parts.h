// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "core/nn/model.h"

namespace alidade {

/// Blocks of the point encoder that pose and energy network share: one per level.
std::vector<PartRule> encoder_blocks();

/// Blocks of a score head called `head`: what it makes of pose, time and features, and its last layers.
std::vector<PartRule> score_head_blocks(const std::string& head);

}  // namespace alidade
