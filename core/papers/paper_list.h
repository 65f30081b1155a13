// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/experiments/paper.h"

namespace alidade {

/// The papers that `alidade reproduce` knows, in the order of its help.
std::vector<Paper> papers();

}  // namespace alidade
