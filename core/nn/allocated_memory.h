// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>

namespace alidade {

/// Bytes that this process has allocated now; 0 where the C library does not tell.
std::int64_t allocated_bytes();

/// The most that was allocated while `work` ran, above what was before, looked at every few hundred
/// microseconds: other threads' allocations count too, short peaks may be missed.
std::int64_t peak_allocated_bytes(const std::function<void()>& work);

}  // namespace alidade
