// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

// The descriptors of a worker process beside standard input, which is a file in memory with the request;
// standard output and standard error lead nowhere.
inline constexpr char kWorkerRequestName[] = "alidade-request";  ///< of that file
inline constexpr int kWorkerMessages = 3, kWorkerResult = 4;

}  // namespace alidade
