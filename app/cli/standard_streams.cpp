// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "app/cli/print.h"

namespace alidade {
namespace {

/// Opens /dev/null as the lowest free number, which is this one as the lower ones are open.
void open_if_closed(int stream, int mode) {
  if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF) {
    [[maybe_unused]] const int opened = ::open("/dev/null", mode);
  }
}

/// Some file systems tell of a full disk only when a file is closed. Closing a copy asks them.
bool arrives(std::FILE* stream, int number) {
  errno = 0;
  if (std::fflush(stream) != 0 || std::ferror(stream) != 0) {
    return false;
  }
  const int copy = ::dup(number);
  return copy < 0 || ::close(copy) == 0;
}

}  // namespace

void guard_standard_streams() {
  open_if_closed(STDIN_FILENO, O_WRONLY);
  open_if_closed(STDOUT_FILENO, O_RDONLY);
  open_if_closed(STDERR_FILENO, O_RDWR);
}

int checked_exit_code(int code) {
  std::cout.flush();
  const bool printed = arrives(stdout, STDOUT_FILENO);
  if (!printed) {
    const std::string reason = errno != 0 ? std::string(" (") + std::strerror(errno) + ")" : std::string();
    print_error("alidade: standard output could not be written%s; what was printed is incomplete.\n",
                reason.c_str());
  }
  const bool said = arrives(stderr, STDERR_FILENO);
  return code == 0 && !(printed && said) ? 1 : code;
}

}  // namespace alidade
