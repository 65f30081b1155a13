// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/expected.h"

namespace alidade {

/// From here on, for good and in all threads, the kernel refuses this process: sockets of any kind, other
/// programs and processes, and whatever makes or changes a file. What is open stays usable, files can be
/// read, threads started. For a worker that runs what somebody else wrote. kFailed with the reason where the
/// kernel or the processor has no such filter; nothing is refused then.
Expected<void> confine_process();

}  // namespace alidade
