// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/cli/command.h"

namespace alidade {

/// `alidade quantize sweep`: assignments of one keypoint network, judged on a dataset.
void add_quantize_sweep(CLI::App& quantize, Action& action);

}  // namespace alidade
