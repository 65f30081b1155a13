// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include "core/base/confinement.h"

namespace alidade::test {

inline constexpr int kUnconfined = 99;  ///< the kernel takes no filter

/// What a child answers that first gives up all that confine_process() takes.
template <class Answer>
int confined(Answer answer) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(confine_process() ? answer() : kUnconfined);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace alidade::test
