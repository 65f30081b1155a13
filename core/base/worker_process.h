// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/expected.h"
#include "core/base/worker_message.h"

namespace alidade {

/// What a worker process may use at most; beyond it its requests fail or the system ends it.
struct WorkerLimits {
  std::uint64_t memory = std::uint64_t{8} << 30;  ///< bytes of address space
  std::uint64_t processor_seconds = 36000;        ///< of all its threads together
};

/// How a worker is started.
struct WorkerOrder {
  std::filesystem::path program = "/proc/self/exe";
  std::vector<std::string> arguments;
  std::string request;  ///< what its standard input gives
  WorkerLimits limits;
};

/// What became of a worker.
struct WorkerEnd {
  bool finished = false;  ///< it said its last message
  bool broken = false;    ///< it said something that is no message
  int signal = 0;         ///< that ended it; 0 = none
  int exit_code = 0;
  Descriptor result;  ///< what it wrote with worker_result()

  /// Names the file of the result while this object lives.
  std::filesystem::path result_path() const;
};

/// Runs a process of its own and gives what it says to `take`, which returns whether more is to come; behind
/// the last message, and after a stop, it is killed with all that it started. It has the limits, no
/// descriptor but its five, few variables of the environment, and dies with the calling thread. kCancelled
/// after a stop; kFailed where it cannot be started.
Expected<WorkerEnd> run_worker(const WorkerOrder& order,
                               const std::function<bool(const WorkerMessage&)>& take,
                               const std::stop_token& stop);

/// Why it ended without its last message, to stand behind "it": "was ended by signal 11 (Segmentation
/// fault)".
std::string why_it_ended(const WorkerEnd& end, const WorkerLimits& limits);

// The other side, for a process that run_worker() has started.

/// Whether this process is one, by its descriptors.
bool is_worker();
/// From here on a fault ends this process by its signal, which its owner can name.
void end_by_faults();
/// What standard input holds, at most `most` bytes. kInput for more.
Expected<std::string> worker_request(std::size_t most);
/// Says something; false where nobody hears it.
bool tell_owner(const WorkerMessage& message);
/// Hands over the result; kFailed with the reason, as where it is larger than 4 GiB.
Expected<void> worker_result(std::string_view bytes);

}  // namespace alidade
