// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stop_token>

namespace alidade {

/// From here on a full disk, a file size limit and a reader that is gone are errors of the write that meets
/// them, not signals that end the process (SIGXFSZ, SIGPIPE).
void let_writes_fail();

/// From here on the first SIGINT, SIGTERM or SIGHUP asks to stop, which keeps what was done, and the second
/// one ends the process. A SIGHUP that was ignored before, as by nohup, stays ignored. Call once; the token
/// is the process's one.
std::stop_token stop_on_signals();

}  // namespace alidade
