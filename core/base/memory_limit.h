// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace alidade {

/// Whether the system gives this process only so much address space or data (ulimit -v, ulimit -d). Libraries
/// that never met that crash or wait for ever; whoever calls them asks first.
bool memory_is_limited();

/// Whether that much memory can be had now; nothing is kept.
bool could_allocate(std::size_t bytes);

}  // namespace alidade
