// SPDX-License-Identifier: BSD-3-Clause
#include "app/command_table.h"

#include <cstring>

namespace alidade {

#define ALIDADE_COMMAND(name, computes) void add_##name##_command(CLI::App& app, Action& action);
#include "app/commands.def"
#undef ALIDADE_COMMAND

const std::vector<CommandSpec>& commandTable() {
  static const std::vector<CommandSpec> table{
#define ALIDADE_COMMAND(name, computes) {#name, add_##name##_command, computes},
#include "app/commands.def"
#undef ALIDADE_COMMAND
  };
  return table;
}

const CommandSpec* findCommand(const char* name) {
  for (const CommandSpec& command : commandTable()) {
    if (std::strcmp(command.name, name) == 0) {
      return &command;
    }
  }
  return nullptr;
}

}  // namespace alidade
