// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/base/expected.h"

namespace alidade {

/// A module with a table of functions, opened at run time so that only who calls them loads its libraries.
struct ProgramModule {
  const char* file;     ///< beside the program or in lib/alidade, as find_program_part looks for it
  const char* entry;    ///< its only symbol, of type ModuleEntry
  const char* subject;  ///< who needs it, for the sentence when it is missing: "images"
};

/// Gives the module's table, or null for a program of another version.
using ModuleEntry = const void*(const char* version);

/// The table of the module, which stays open until the program ends. Modules with OpenCV bring OpenBLAS:
/// under a limit of memory it is told to start no threads.
Expected<const void*> open_program_module(const ProgramModule& module);

}  // namespace alidade
