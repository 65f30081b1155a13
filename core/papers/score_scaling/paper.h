// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/experiments/paper.h"

namespace alidade::score_scaling {

Paper paper();

}  // namespace alidade::score_scaling
