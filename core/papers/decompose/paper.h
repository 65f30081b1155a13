// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/experiments/paper.h"

namespace alidade::decompose {

Paper paper();

}  // namespace alidade::decompose
