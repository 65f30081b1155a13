// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/experiments/paper.h"

namespace alidade::mqat {

Paper paper();

}  // namespace alidade::mqat
