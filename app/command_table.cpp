// SPDX-License-Identifier: BSD-3-Clause
#include "app/command_table.h"

#include <cstring>

// What a program does not carry is listed without its code, so that it need not link it.
#define ALIDADE_ADD_kLight(name) add_##name##_command
#ifdef ALIDADE_CARRIES_COMPUTE
#define ALIDADE_ADD_kCompute(name) add_##name##_command
#define ALIDADE_ADD_kDocuments(name) add_##name##_command
#else
#define ALIDADE_ADD_kCompute(name) nullptr
#define ALIDADE_ADD_kDocuments(name) nullptr
#endif
#ifdef ALIDADE_CARRIES_WINDOW
#define ALIDADE_ADD_kWindow(name) add_##name##_command
#else
#define ALIDADE_ADD_kWindow(name) nullptr
#endif

namespace alidade {

#define ALIDADE_COMMAND(name, part, description) void add_##name##_command(CLI::App& app, Action& action);
#include "app/commands.def"
#undef ALIDADE_COMMAND

const std::vector<CommandSpec>& commandTable() {
  static const std::vector<CommandSpec> table{
#define ALIDADE_COMMAND(name, part, description) \
  {#name, ALIDADE_ADD_##part(name), ProgramPart::part, description},
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

const CommandSpec* commandOf(int argc, char** argv) {
  int at = 1;
  if (at < argc && std::strcmp(argv[at], "--threads") == 0) {
    at += 2;
  } else if (at < argc && std::strncmp(argv[at], "--threads=", 10) == 0) {
    at += 1;
  }
  return at < argc ? findCommand(argv[at]) : nullptr;
}

}  // namespace alidade
