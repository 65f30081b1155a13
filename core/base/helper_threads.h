// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

namespace alidade {

/// Calls `work(true)` here and `work(false)` on up to `helpers` threads beside it, and returns when all have
/// ended. Helpers work in the same StopScope. Where the system gives no thread, fewer help. An exception of
/// any of them is thrown here.
void work_together(unsigned helpers, const std::function<void(bool first)>& work);

}  // namespace alidade
