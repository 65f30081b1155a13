// SPDX-License-Identifier: BSD-3-Clause
// The light program: what needs neither a network nor a window runs here and starts at once; for all else it
// becomes the part that carries it.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/cli/command.h"
#include "app/cli/guarded_main.h"
#include "app/cli/print.h"
#include "app/cli/standard_streams.h"
#include "app/command_table.h"
#include "core/base/failure.h"
#include "core/base/memory_limit.h"
#include "core/base/program_part.h"
#include "core/base/text_escape.h"

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

/// Whether a part can be loaded under the limit of memory that this process has: tried in a process of its
/// own, since one that becomes the part cannot say any more that it failed.
bool fits_memory(const char* part) {
  constexpr unsigned kLongestSeconds = 15;
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      ::dup2(nowhere, stream);
    }
    ::alarm(kLongestSeconds);
    ::execl(part, "alidade", "device", "--help", nullptr);
    ::_exit(1);
  }
  int status = 1;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Becomes the first of these programs that is installed. Process, signals and exit code stay the same.
/// Returns whether one of them is installed, in which case it could not be started.
bool become(const std::vector<const char*>& parts, char** argv) {
  for (const char* part : parts) {
    const auto found = alidade::find_program_part(part);
    if (!found) {
      alidade::print_error("alidade: %s\n", alidade::visible_text(found.error().message).c_str());
      return true;
    }
    if (const auto& path = *found; !path.empty()) {
      // Its threads are set to one later in any case; those of before would each take a buffer.
      ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
      if (alidade::memory_is_limited() && !fits_memory(path.c_str())) {
        alidade::print_error("alidade: %s\n", alidade::kOutOfMemory);
        return true;
      }
      ::execv(path.c_str(), argv);
      alidade::print_error("alidade: %s cannot be started: %s; install all parts of Alidade together.\n",
                           alidade::visible_text(path.string()).c_str(), std::strerror(errno));
      return true;
    }
  }
  return false;
}

int run_light_program(int argc, char** argv) {
  alidade::guard_standard_streams();
  const alidade::CommandSpec* command = alidade::commandOf(argc, argv);
  const bool here = command ? command->add != nullptr : argc > 1 && is_answered_here(argv[1]);
  if (!here) {
    const auto parts = parts_for(command ? command->part : ProgramPart::kWindow);
    if (become(parts, argv)) {
      return 1;
    }
    if (command) {
      alidade::print_error(
          "alidade: %s needs the part %s, which lies neither beside this program nor in lib/alidade of "
          "its installation; install all parts of Alidade together.\n",
          command->name, parts.back());
      return 1;
    }
  }
  return alidade::run_command_line(argc, argv, alidade::commandTable());
}

}  // namespace

int main(int argc, char** argv) {
  return alidade::guarded_main(run_light_program, argc, argv);
}
