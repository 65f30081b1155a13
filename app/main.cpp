// SPDX-License-Identifier: BSD-3-Clause
// The light program: what needs neither a network nor a window runs here and starts at once; for all else it
// becomes the part that carries it.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "app/cli/command.h"
#include "app/command_table.h"
#include "core/base/program_part.h"

namespace {

using alidade::ProgramPart;

/// An option that prints something and ends.
bool only_tells(const char* word) {
  const std::array<std::string_view, 3> options{"--help", "-h", "--version"};
  return std::find(options.begin(), options.end(), word) != options.end();
}

/// The programs that can do it, the best one first.
std::vector<const char*> parts_for(ProgramPart part) {
  switch (part) {
    case ProgramPart::kCompute:
      return {"alidade-compute"};
    case ProgramPart::kDocuments:
      return {"alidade-window", "alidade-compute"};
    case ProgramPart::kLight:
    case ProgramPart::kWindow:
      return {"alidade-window"};
  }
  return {};
}

/// True when the word is for the command line here: an option that only tells or goes with a command, or
/// neither an option, nor a command, nor something that the window could open.
bool is_answered_here(const char* word) {
  std::error_code failure;
  const bool counts_threads = std::string_view(word).starts_with("--threads");
  return only_tells(word) || counts_threads || (word[0] != '-' && !std::filesystem::exists(word, failure));
}

/// Becomes the first of these programs that is installed. Process, signals and exit code stay the same.
/// Returns whether one of them is installed, in which case it could not be started.
bool become(const std::vector<const char*>& parts, char** argv) {
  for (const char* part : parts) {
    if (const auto path = alidade::find_program_part(part); !path.empty()) {
      execv(path.c_str(), argv);
      std::fprintf(stderr, "alidade: %s cannot be started: %s; install all parts of Alidade together.\n",
                   path.c_str(), std::strerror(errno));
      return true;
    }
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const alidade::CommandSpec* command = alidade::commandOf(argc, argv);
  const bool here = command ? command->add != nullptr : argc > 1 && is_answered_here(argv[1]);
  if (!here) {
    const auto parts = parts_for(command ? command->part : ProgramPart::kWindow);
    if (become(parts, argv)) {
      return 1;
    }
    if (command) {
      std::fprintf(
          stderr,
          "alidade: %s needs the part %s, which lies neither beside this program nor in lib/alidade of "
          "its installation; install all parts of Alidade together.\n",
          command->name, parts.back());
      return 1;
    }
  }
  return alidade::run_command_line(argc, argv, alidade::commandTable());
}
