// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "app/cli/command.h"

namespace alidade {

/// The sub-commands of this program: those of app/commands.def, in that order.
const std::vector<CommandSpec>& commandTable();

/// The one of this name; null when there is none.
const CommandSpec* findCommand(const char* name);

}  // namespace alidade
