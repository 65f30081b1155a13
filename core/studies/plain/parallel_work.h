// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>

#include "core/base/expected.h"
#include "core/base/job.h"

namespace alidade {

/// Calls `work` for every index below `count` in up to `threads` threads of its own and reports progress as
/// `label`. The first Error ends it and is returned, as is what is thrown. kCancelled with `stopped` as its
/// sentence after a stop.
Expected<void> for_each_index(std::size_t count, int threads, const char* label, const char* stopped,
                              const JobContext& job, const std::function<Expected<void>(std::size_t)>& work);

}  // namespace alidade
