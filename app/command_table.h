// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "app/cli/command.h"

namespace alidade {

// Alidade is a light program that carries what needs neither networks nor a window, and two heavy ones that
// it becomes when a command needs them: alidade-compute (libtorch) and alidade-window (libtorch, Qt, VTK).
// Each is compiled with this table and carries the commands of its own part and of the lighter ones.

/// The sub-commands of Alidade: those of app/commands.def, in that order.
const std::vector<CommandSpec>& commandTable();

/// The one of this name; null when there is none.
const CommandSpec* findCommand(const char* name);

/// The command that a command line names, as first word or behind `--threads N`; null when it names none.
const CommandSpec* commandOf(int argc, char** argv);

}  // namespace alidade
