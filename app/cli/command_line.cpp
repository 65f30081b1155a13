// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/print.h"
#include "app/cli/progress_line.h"
#include "app/cli/standard_streams.h"
#include "app/cli/stop_signals.h"
#include "core/base/failure.h"
#include "core/base/stop_scope.h"
#include "core/base/text_escape.h"
#include "plugins/builtin_readers.h"

namespace alidade {
namespace {

int report(const Error& error) {
  print_error("alidade: %s\n", visible_text(error.message).c_str());
  return exit_code(error.code);
}

/// No exception leaves a command: it is an error like any other.
Expected<void> attempt(const Action& action, CommandContext& context) {
  try {
    return action(context);
  } catch (const std::exception& failure) {
    return error_of(failure);
  }
}

int run_action(const Action& action, const CommandLineParts& parts) {
  ProgressLine line;
  CommandContext context{builtin_readers(),
                         {stop_on_signals(), line.sink()},
                         parts.write_document,
                         parts.paint_figure,
                         builtin_scene_readers()};
  const StopScope scope(context.job.stop);
  const auto outcome = attempt(action, context);
  line.finish();
  return outcome ? 0 : report(outcome.error());
}

}  // namespace

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kFailed:
      return 1;
    case ErrorCode::kUsage:
      return 2;
    case ErrorCode::kInput:
      return 3;
    case ErrorCode::kMismatch:
      return 4;
    case ErrorCode::kDevice:
      return 5;
    case ErrorCode::kCancelled:
      return 130;
  }
  return 1;
}

std::string share_path(const std::string& relative) {
  namespace fs = std::filesystem;
  if (const char* chosen = std::getenv("ALIDADE_SHARE")) {
    return (fs::path(chosen) / relative).string();
  }
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  // Installed, share/alidade lies beside bin/ with the program and lib/ or lib/TRIPLET/ with its parts;
  // otherwise both are in build/PRESET/bin below the source tree.
  fs::path folder = program.parent_path();
  for (int up = 0; up < 3; ++up) {
    folder = folder.parent_path();
    if (const fs::path installed = folder / "share" / "alidade"; fs::is_directory(installed, failure)) {
      return (installed / relative).string();
    }
  }
  return (folder / relative).string();
}

namespace {

int parse_and_run(int argc, char** argv, const std::vector<CommandSpec>& commands,
                  const CommandLineParts& parts) {
  CLI::App app{
      "Alidade, the workbench for 6D object pose estimation. Without a sub-command it opens the window."};
  app.name("alidade");
  app.set_version_flag("--version", ALIDADE_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  int threads = 1;
  app.add_option("--threads", threads, "Threads for network arithmetic")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  Action action;
  for (const CommandSpec& command : commands) {
    if (command.add) {
      command.add(app, action);
      app.get_subcommand(command.name)->description(command.description);
    } else {
      app.add_subcommand(command.name, command.description);
    }
  }
  for (const CommandSpec& command : commands) {
    if (command.description[0] == '\0') {
      app.get_subcommand(command.name)->group("");
    }
  }
  const auto is_meant = [argv](CLI::App* command) { return command->check_name(argv[1]); };
  if (argc > 1 && argv[1][0] != '-' && app.get_subcommands(is_meant).empty()) {
    return report({ErrorCode::kUsage, std::string("\"") + argv[1] +
                                          "\" is neither a sub-command nor a file; see alidade --help."});
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const int code = app.exit(error, out, err);
    print_text(out.str());
    print_error("%s", err.str().c_str());
    return code == 0 ? 0 : 2;
  }
  if (parts.set_threads) {
    parts.set_threads(threads);
  }
  return run_action(action, parts);
}

}  // namespace

int run_command_line(int argc, char** argv, const std::vector<CommandSpec>& commands,
                     const CommandLineParts& parts) {
  guard_standard_streams();
  let_writes_fail();
  return checked_exit_code(parse_and_run(argc, argv, commands, parts));
}

}  // namespace alidade
