// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/experiments/paper.h"

namespace alidade::h2a2 {

Paper paper();

}  // namespace alidade::h2a2
