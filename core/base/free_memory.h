// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// Gives memory that was freed back to the system. The C library keeps what a thread freed for that thread's
/// successors, of which the next one may take another's share: work in threads that needs much memory for a
/// short time calls this when it is done, or a process grows by it again and again. Costs milliseconds.
void give_back_free_memory();

}  // namespace alidade
