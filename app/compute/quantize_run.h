// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/cli/command.h"

namespace alidade {

/// `alidade quantize run`: how long a network takes with packed weights and in float32.
void add_quantize_run(CLI::App& quantize, Action& action);

}  // namespace alidade
