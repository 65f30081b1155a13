// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/guarded_main.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "app/cli/print.h"
#include "core/base/failure.h"
#include "core/base/memory_limit.h"

namespace alidade {
namespace {

void write_plainly(const char* text) {
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) {
    return;  // nobody is left to be told
  }
}

/// Says what was thrown; where even that finds no memory, that memory ran out.
void tell(const std::exception* failure) {
  try {
    print_error("alidade: %s\n", failure ? error_of(*failure).message.c_str() : "an unexpected error.");
  } catch (...) {
    write_plainly("alidade: ");
    write_plainly(kOutOfMemory);
    write_plainly("\n");
  }
}

void tell_and_end() {
  try {
    if (const auto thrown = std::current_exception()) {
      std::rethrow_exception(thrown);
    }
    tell(nullptr);
  } catch (const std::exception& failure) {
    tell(&failure);
  } catch (...) {
    tell(nullptr);
  }
  std::_Exit(1);
}

// Libraries that do not look whether they got memory use it: under a limit that is what a crash means.
void tell_of_crash(int) {
  write_plainly("alidade: it stopped where it got no more memory; raise the limit that ulimit -v shows.\n");
  ::_exit(1);
}

void explain_crashes() {
  static std::array<char, std::size_t{64} << 10> stack;
  stack_t own{};
  own.ss_sp = stack.data();
  own.ss_size = stack.size();
  struct sigaction action {};
  action.sa_handler = tell_of_crash;
  action.sa_flags = ::sigaltstack(&own, nullptr) == 0 ? SA_ONSTACK : 0;
  for (const int fault : {SIGSEGV, SIGBUS, SIGABRT}) {
    ::sigaction(fault, &action, nullptr);
  }
}

}  // namespace

int guarded_main(int (*program)(int, char**), int argc, char** argv) {
  std::set_terminate(tell_and_end);
  if (memory_is_limited()) {
    explain_crashes();
  }
  try {
    return program(argc, argv);
  } catch (const std::exception& failure) {
    tell(&failure);
  } catch (...) {
    tell(nullptr);
  }
  return 1;
}

}  // namespace alidade
